// What all figures share. The framework puts the files of this folder before each figure's own module,
// which thus has one more name, `kit`, and imports nothing. A figure in a few lines:
//
//   function render({ model, el, signal }) {
//     const look = { name: "thing", title: "A thing", width: 640, height: 280 };
//     const frame = kit.frame({ model, el, signal }, look);
//     kit.slider(frame, "rho", { label: "radius $\\rho$", min: 0, max: 2, step: 0.01 });
//     const x = kit.linear([0, 50], [50, 620]);
//     const y = kit.log([1e-9, 1e3], [240, 20]);
//     kit.axes(frame.svg, { x, y, xLabel: "steps back", yLabel: "norm" }); // grid, ticks, labels
//     const path = kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, frame.svg);
//     return kit.bind(frame, ["rho"], () => {
//       kit.set(path, { d: kit.line(points(model.get("rho"))) });
//       frame.describe(`What is seen now, in one sentence.`); // alt text of the drawing
//       frame.expose({ norm: 0.12 }); // el.dataset, for the tests
//     });
//   }
//   export default { render };
//
// nodes.js     html, svg (make a node), set (its attributes), id, colour, mix
// plot.js      number, percent, sci (numbers as text), linear, log (scales), axes, line
// text.js      rich (text with `code`, *stress* and $h^{[t]}$)
// frame.js     frame, bind, watch (call at each change), store; frame.say speaks to screen readers
// controls.js  slider, button, choice (radio buttons), check, steps (forward, back, play), draggable (a
//              handle for pointer and arrow keys), still (motion is unwanted)
//
// `frame.signal` is aborted when the figure is taken away: what a figure begins and its nodes do not
// end by themselves (a timer, a listener of the model) ends there. One that goes on after an `await`
// asks frame.signal.aborted first.
const kit = { ...kitNodes, ...kitPlot, ...kitText, ...kitFrame, ...kitControls };

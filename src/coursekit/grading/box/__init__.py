"""The box in which student code runs. Theory of operation.

**Processes**, from the outside in:

1. The *grader* is ``coursekit grade``. It holds the key, the expected values and the marks, and
   never runs student code. ``worker`` and ``handle`` are its side of the box.
2. *bubblewrap* puts up the outer wall (``wall``) around all that follows, and ends with the grader.
3. The *warm worker* (``zygote``) has imported what notebooks import, so that a child starts in
   milliseconds. It has one thread, knows nothing but the limits, and never runs student code
   either: it forks, waits, kills and reports.
4. A *child* (``child``) is forked for each submission, and forked anew when one has died. It walls
   itself in (``confine``), runs the cells in an IPython shell (``shell``), and then tells what the
   student's functions do with given inputs. It reports values and errors, never verdicts.

**Walls.** The outer wall shows a read-only view of the system's libraries, of Python and of this
package, and nothing else of the disk; in the package's data the answers to questions for a value
are left out (``withheld``). There is no network, and the environment is empty. Then the child takes
away from itself, in this order, each step removing the means to undo an earlier one:

* every open file but its channel;
* what it shares with its siblings: processes, mounts, IPC and the host name become its own, with a
  scratch disk of limited size and without ``/proc``;
* memory, CPU time, file sizes and open files beyond the limits (``limits``);
* all capabilities, and the right to gain any;
* every path but the readable ones and the scratch disk, by Landlock;
* the system calls that start programs, open sockets or reach other processes (``syscalls``).

A child that cannot put up a wall says so and runs nothing. ``levels`` finds out which walls a
machine has: at the level ``landlock`` namespaces are missing, and with them the outer wall and the
scratch disk; at ``none`` the limits alone are left. In Gradescope's container the worker runs as
another user, which is a wall of its own.

Time is kept twice. A clock in the child (``clock``) interrupts a cell or call, so that the rest can
go on; student code may defy it, and then the grader, which has waited a little longer, has the
child killed. The time of a whole submission is one number, ``Limits.total``, whose last third is
kept for the questions. A question with a budget of its own is checked by the CPU time that the
worker measures.

**Pipes**, all of them socket pairs made by the grader:

* *control*, one between grader and worker. The worker says ``ready``, or why it cannot start. Each
  request is one byte with two descriptors attached: the child's ends of the next two. When control
  closes, the worker ends, and with it everything below.
* *channel*, one for each child, to the grader and past the worker: frames with a length
  (``channel``) that hold plain data in a strict encoding (``wire``). The child first says that its
  walls stand. Then it gets a request at a time, ``cell`` or ``ask``, each with a random id, and
  sends one reply with that id. Before it replies to ``ask`` it may send queries, to have a function
  computed that stays with the grader, and gets a value for each.
* *status*, one for each child, between grader and worker. Anything that the grader writes there, or
  its closing, has the child killed. When a child has ended, the worker reports how, and what CPU
  time and memory it used: numbers that the child itself cannot touch.

**What is believed.** Student code shares a process with ``child`` and may do anything to it, so the
grader believes nothing about the other end of a channel. A reply is bounded in size and time, is
decoded into plain values, and is compared with what the grader alone knows. Whatever breaks the
protocol is ``Gone``, which counts against the submission; a failure of worker or walls is a
``BoxFault``, which never does. Nothing in the box ever holds a key, an expected value or another
student's work, so there is nothing in it to steal or to forge.
"""

// What the build puts before the script of the slides.

/** What the cells of the page say about their slides, by the class that the page has for the cell. */
declare var courseMarks: Record<string, DeckMark> | undefined;

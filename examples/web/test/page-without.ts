/** Runs in the browser: the example's elements, one who waits for what the page says, then its script, which cannot compile the file. */
import './document.ts';
import './listener.ts';
import '../main.ts';

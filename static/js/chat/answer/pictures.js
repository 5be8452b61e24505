/*
 * When the next picture of what moves is made: the words of an answer that is written, and the page that follows them.
 * All that waits for it is written in one task, and the browser lays out and paints in the next one, so that a key
 * waits for one of the two at most. After a picture that took long there is a rest, for keys that came together.
 */

const FRAME = 1000 / 60; // ms
const MOST = 12; // frames: after a pause nothing leaps
const REST = 0.5; // of what a picture cost

const readers = new Set();
const writers = new Set();
const after = new MessageChannel();
let isSet = false; // the next one
let isOut = false; // the last one, which the browser has not shown yet
let began = 0;
let written = 0; // ms that its words took
let free = 0; // when the next one may be made

/** `run(frames)` is called once; `frames` of a sixtieth of a second have passed since the last picture. */
export function inNextPicture(run) {
  writers.add(run);
  set();
}

/** For what reads the layout, while nothing is written: the browser need not lay out twice. */
export function beforeNextPicture(run) {
  readers.add(run);
  set();
}

function set() {
  if (isSet || isOut || !(readers.size || writers.size)) return;
  isSet = true;
  setTimeout(make, Math.max(0, free - performance.now()));
}

function make() {
  const now = performance.now();
  const frames = Math.min(MOST, Math.max(1, (now - began) / FRAME));
  began = now;
  isSet = false;
  isOut = true;
  const due = [...readers, ...writers];
  readers.clear();
  writers.clear();
  for (const run of due) {
    try {
      run(frames);
    } catch (fault) {
      reportError(fault); // of one answer: all the others go on
    }
  }
  written = performance.now() - now;
  if (document.hidden) shown(0);
  else requestAnimationFrame((start) => after.port1.postMessage(start));
}

function shown(painted) {
  isOut = false;
  free = performance.now() + (written + painted) * REST;
  set();
}

after.port2.onmessage = ({ data: start }) => shown(performance.now() - start);

/*
 * Times that the server writes in UTC, in the reader's own time: <time data-own datetime="…">; data-own="second"
 * shows seconds.
 */

const ORDER = "sv-SE"; // year, month, day: as the console writes dates elsewhere, and the same to everybody
const usual = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const minutes = new Intl.DateTimeFormat(ORDER, usual);
const seconds = new Intl.DateTimeFormat(ORDER, { ...usual, second: "2-digit" });

/** What stood there stays as the title. Call it for what is added to the page later. */
export function ownTimes(part = document) {
  for (const time of part.querySelectorAll("time[data-own]")) {
    time.title = time.textContent.trim();
    time.textContent = (time.dataset.own === "second" ? seconds : minutes).format(new Date(time.dateTime));
    delete time.dataset.own;
  }
}

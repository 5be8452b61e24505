/*
 * Follows the foot of the conversation until the reader moves up. Our own writes only ever go down, so whatever
 * goes up by more than a few pixels is the reader; reaching the foot again takes up following again.
 */
import { calm, one, whenChanged } from "../page/dom.js";
import { beforeNextPicture } from "../answer/pictures.js";

const MOVED_UP = 3; // px
const AT_FOOT = 4;
const FAR = 200;
const STEP = 0.22; // of the way that is left, a frame

export function createScroll() {
  const scroller = one("[data-scroller]");
  const jump = one("[data-jump]");
  let following = true;
  let last = 0;

  const offerJump = whenChanged(({ isOffered }) => (jump.hidden = !isOffered));

  const foot = () => scroller.scrollHeight - scroller.clientHeight;

  function look() {
    const top = scroller.scrollTop;
    if (foot() - top <= AT_FOOT) following = true;
    else if (top < last - MOVED_UP) following = false;
    last = top;
    offerJump({ isOffered: foot() - top >= FAR && !following });
  }

  scroller.addEventListener("scroll", look, { passive: true });

  function glide(frames) {
    look(); // the event of a reader who just moved up may still be to come
    const distance = foot() - scroller.scrollTop;
    if (!following || distance < 1) return;
    scroller.scrollTop += calm() ? distance : Math.max(1, distance * (1 - (1 - STEP) ** frames));
    beforeNextPicture(glide);
  }

  function toFoot() {
    following = true;
    offerJump({ isOffered: false });
    beforeNextPicture(glide);
  }

  jump.addEventListener("click", toFoot);

  return {
    /** The content grew. */
    grown: () => following && toFoot(),
    /** A question was just asked: whatever the reader was looking at, it goes there. */
    toFoot,
    /** The empty conversation is read from its head. */
    jumpToHead() {
      following = false;
      scroller.scrollTop = last = 0;
      offerJump({ isOffered: false });
    },
    /** Another conversation: at its foot at once, without a glide. */
    jumpToFoot() {
      following = true;
      scroller.scrollTop = last = foot();
      offerJump({ isOffered: false });
    },
  };
}

/** One line of the terminal that counts the points of a sweep which have their answers. */
import type { Stream } from '../io.ts';
import { grouped } from './numbers.ts';
import { eraseLine } from './ticker.ts';

export interface Count {
  readonly tell: (done: number, known: number) => void;
  /** Erases the line. */
  readonly end: () => void;
}

const drawMilliseconds = 100;
const askMilliseconds = 2000;

/** Begins to count to `all`, on a terminal only. `wanting`, asked now and then, says what is missing for it to go on. */
export function showCount(stream: Stream, all: number, wanting?: () => Promise<string | undefined>): Count {
  if (!stream.isTerminal) return { tell: () => {}, end: () => {} };
  const begin = performance.now();
  let [done, known, note, drawn] = [0, 0, '', 0];
  const draw = () => {
    drawn = performance.now();
    const seconds = (drawn - begin) / 1000;
    const left = done > known ? ((all - done) * seconds) / (done - known) : undefined;
    const rest =
      left === undefined ? '' : `, ${left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`} left`;
    const kept = known > 0 ? `, ${grouped(known)} known before` : '';
    stream.write(`${eraseLine}${grouped(done)} of ${grouped(all)} points${kept}${rest}${note && ` · ${note}`}`);
  };
  const asking = setInterval(() => {
    void wanting?.()
      .catch(() => 'waiting for Redis')
      .then(wanted => {
        note = wanted ?? '';
        draw();
      });
  }, askMilliseconds);
  return {
    tell: (now, before) => {
      [done, known] = [now, before];
      if (done === all || performance.now() > drawn + drawMilliseconds) draw();
    },
    end: () => {
      clearInterval(asking);
      stream.write(eraseLine);
    },
  };
}

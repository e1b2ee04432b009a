/** Draws grey pictures in a terminal. Each character is a half block, which shows two pixels, one above the other. */

const width = 28;

/** The rows of a picture of 28 × 28 values in [0, 1]: 14 lines of 28 characters. */
export function drawDigit(image: Float32Array, colors: boolean): readonly string[] {
  return Array.from({ length: width / 2 }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const upper = image[2 * row * width + column];
      const lower = image[(2 * row + 1) * width + column];
      return colors ? `\u001b[38;5;${grey(upper)};48;5;${grey(lower)}m▀` : halfBlock(upper > 0.4, lower > 0.4);
    })
      .join('')
      .concat(colors ? '\u001b[0m' : ''),
  );
}

/** One of the 24 greys of a terminal of 256 colours. */
function grey(value: number): number {
  return 232 + Math.round(23 * Math.min(1, Math.max(0, value)));
}

function halfBlock(upper: boolean, lower: boolean): string {
  if (upper && lower) return '█';
  if (upper) return '▀';
  return lower ? '▄' : ' ';
}

/** Puts pictures next to each other, four spaces apart, with a line of text under each. */
export function besideEachOther(
  pictures: readonly { readonly rows: readonly string[]; readonly text: string }[],
): string {
  const lines = pictures[0].rows.map((_, row) => pictures.map(picture => picture.rows[row]).join('    '));
  return [...lines, pictures.map(({ text }) => text.padEnd(width)).join('    ')].map(line => `  ${line}`).join('\n');
}

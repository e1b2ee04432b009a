/** Reads what is on a canvas. */
import { pixels } from '@tessera-dnn/chip/pixels';
import net from './net.dnn';

const chip = await net.load();
const context = document.querySelector('canvas')!.getContext('2d', { willReadFrequently: true })!;
context.fillRect(12, 4, 4, 20);

const image = pixels(context.getImageData(0, 0, 28, 28), chip.programs.digits.inputs[0]);
const { output } = chip.run('digits', { image });
document.querySelector('output')!.textContent = [...output].map(share => share.toFixed(2)).join(' ');

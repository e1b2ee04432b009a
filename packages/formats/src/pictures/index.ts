export { decodePicture, type PictureBytes } from './decode.ts';
export { fittedPicture } from './fit.ts';

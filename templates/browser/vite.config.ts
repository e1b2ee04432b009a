import { tessera } from '@tessera-dnn/plugin';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [tessera.vite()], build: { target: 'es2023' } });

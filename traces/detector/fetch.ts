import { fetchFiles } from './files.js';

fetchFiles();

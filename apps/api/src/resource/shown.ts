export { plainly, shown } from '#domain/python-text.js';

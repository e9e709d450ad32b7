import { z } from 'zod';
import { field, Resource } from '../resource/resource.js';

const text = () => z.string().nullable();

/** A component with firmware (Ironic api/controllers/v1/firmware.py). Nothing can be written here: steps do. */
export const firmwareResource = new Resource('firmware', {
  component: field(z.string(), { short: true }),
  initial_version: field(text(), { short: true }),
  current_version: field(text(), { short: true }),
  last_version_flashed: field(text(), { short: true }),
  vendor: field(text(), { short: true }),
  model: field(text(), { short: true }),
  serial_number: field(text(), { short: true }),
  created_at: field(z.string(), { always: true, short: true }),
  updated_at: field(z.string().nullable(), { always: true, short: true }),
});

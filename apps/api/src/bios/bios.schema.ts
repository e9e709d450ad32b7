import { z } from 'zod';
import { field, Resource } from '../resource/resource.js';

const text = () => z.string().nullable();
const count = () => z.int().nullable();
const flag = () => z.boolean().nullable();
const links = z.array(z.object({ href: z.string(), rel: z.string() }));

/** A BIOS setting as it was last read (Ironic api/controllers/v1/bios.py). Nothing can be written here: clean steps do. */
export const biosResource = new Resource('bios', {
  name: field(z.string(), { short: true }),
  value: field(text(), { short: true }),
  attribute_type: field(text()),
  allowable_values: field(z.array(z.unknown()).nullable()),
  lower_bound: field(count()),
  max_length: field(count()),
  min_length: field(count()),
  read_only: field(flag()),
  reset_required: field(flag()),
  unique: field(flag()),
  upper_bound: field(count()),
  created_at: field(z.string(), { always: true }),
  updated_at: field(z.string().nullable(), { always: true }),
  links: field(links, { always: true }),
});

/** What `fields=` may name, in Ironic's order. */
export const selectableBiosFields: readonly string[] = [
  'allowable_values',
  'attribute_type',
  'created_at',
  'lower_bound',
  'links',
  'max_length',
  'min_length',
  'name',
  'node_uuid',
  'read_only',
  'reset_required',
  'unique',
  'updated_at',
  'value',
];

/** Shown by lists that ask for nothing special, and by every answer before 1.74. */
export const shortBiosFields: readonly string[] = ['name', 'value'];

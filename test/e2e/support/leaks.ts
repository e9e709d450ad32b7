/** A text in which no secret may stand, and where it comes from. */
export interface Haystack {
  readonly place: string;
  readonly text: string;
}

/** Something to look for, with a name for the report, which must not show the value. */
export interface Needle {
  readonly name: string;
  readonly value: string;
}

/** Looks for all values in all texts, in the forms in which text is carried. @returns `<name> in <place> (<form>)` */
export function find(needles: readonly Needle[], haystacks: readonly Haystack[]): readonly string[] {
  return needles.flatMap(({ name, value }) => {
    const forms = Object.entries(formsOf(value));
    return haystacks.flatMap(({ place, text }) => {
      const found = forms.find(([, form]) => text.includes(form));
      return found ? [`${name} in ${place} (${found[0]})`] : [];
    });
  });
}

/** The text itself and how it looks inside JSON, URLs, base64 at each of its three positions, and hex. */
function formsOf(value: string): Readonly<Record<string, string>> {
  const json = JSON.stringify(value).slice(1, -1);
  return {
    raw: value,
    json,
    'ascii json': json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    'json in json': JSON.stringify(json).slice(1, -1),
    url: encodeURIComponent(value),
    form: new URLSearchParams({ v: value }).toString().slice('v='.length),
    ...base64Forms(value, 'base64'),
    ...base64Forms(value, 'base64url'),
    hex: Buffer.from(value).toString('hex'),
  };
}

/** Only what depends on the value alone, wherever in the encoded bytes it stands. */
function base64Forms(value: string, encoding: 'base64' | 'base64url'): Readonly<Record<string, string>> {
  const bytes = Buffer.from(value);
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString(encoding)
      .replace(/=+$/, '');
    // Characters at the ends also carry bits of the neighbours.
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return [`${encoding} at ${offset}`, encoded.slice(first, last)] as const;
  });
  return Object.fromEntries(forms);
}

/**
 * Steps in which Temper means to differ from Ironic 39, by case and number. Each is explained in
 * docs/compatibility.md; a step that agrees again has to be taken out here.
 */
export const knownDifferences: Readonly<Record<string, readonly number[]>> = {
  // `fields=conductor,…` of a list: Ironic fails inside, Temper answers.
  'nodes-list': [36],
};

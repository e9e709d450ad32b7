import { expect, test } from 'vitest';
import { driverOffers, implementationRefused, parseOffers, usualOffers } from './driver-offers.js';
import { enabledByDefault, hardwareTypes } from './hardware-types.js';

test('a worker that was told nothing offers all drivers, with a default for every interface', () => {
  expect(Object.keys(usualOffers).toSorted()).toEqual(Object.keys(hardwareTypes).toSorted());
  const missing = Object.values(usualOffers).flatMap((offer) =>
    Object.values(offer).filter((one) => one.default === null),
  );
  expect(missing).toEqual([]);
});

test('what is enabled and named decides the offer', () => {
  const offers = driverOffers({
    hardwareTypes: ['ipmi'],
    enabled: { ...enabledByDefault, deploy: ['ramdisk', 'direct'], boot: ['pxe'] },
    defaults: { deploy: 'ramdisk', network: 'noop' },
  });
  expect(Object.keys(offers)).toEqual(['ipmi']);
  expect(offers.ipmi?.deploy).toEqual({ enabled: ['direct', 'ramdisk'], default: 'ramdisk' });
  expect(offers.ipmi?.boot).toEqual({ enabled: ['pxe'], default: 'pxe' });
});

test('an interface for which nothing fits has no default', () => {
  const offers = driverOffers({ hardwareTypes: ['ipmi'], enabled: { ...enabledByDefault, power: ['fake'] } });
  expect(offers.ipmi?.power).toEqual({ enabled: [], default: null });
});

test('offers come back from a row as they were written, without what is not understood', () => {
  const written: unknown = JSON.parse(JSON.stringify({ ...usualOffers, idrac: {}, ipmi: { power: 1 } }));
  const { ipmi: _, ...others } = usualOffers;
  expect(parseOffers(written)).toEqual(others);
  expect(parseOffers({})).toEqual({});
  expect(parseOffers(null)).toEqual({});
});

test('fake-hardware takes every enabled implementation, others only what they support', () => {
  expect(implementationRefused(usualOffers, 'fake-hardware', 'power', 'ipmitool')).toBeUndefined();
  expect(implementationRefused(usualOffers, 'ipmi', 'power', 'ipmitool')).toBeUndefined();
  expect(implementationRefused(usualOffers, 'ipmi', 'power', 'fake')).toBe(
    "power interface implementation 'fake' is not supported by hardware type ipmi.",
  );
});

test('an implementation that is not enabled is refused with those that are', () => {
  expect(implementationRefused(usualOffers, 'redfish', 'boot', 'http-ipxe')).toBe(
    "Could not find the following interface in the 'ironic.hardware.interfaces.boot' entrypoint: http-ipxe. Valid interfaces are ['fake', 'ipxe', 'pxe', 'redfish-virtual-media'].",
  );
});

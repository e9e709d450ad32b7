import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readConfigDrive } from './config-drive.js';

/** Volumes made with pycdlib 1.22, label config-2, gzipped; each holds the same two files. */
const VOLUMES: readonly (readonly [kind: string, metaData: string, userData: string, base64: string])[] = [
  [
    'Joliet',
    'openstack/latest/meta_data.json',
    'openstack/latest/user_data',
    'H4sIAAAAAAACA+3dXU/bZhQA4GMuKjqQNqFtnSZaTFAlihbmZGWqNmkSSrnZWIsGu67SJNBskFR8XFTT9vP6tzY7IaItNGZaqwb2' +
      'PE7wsX0cEsvS8Zv4tSMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgKTxMMtqSaQlWv3ebnevWn/b8tHr3X1tNOb/5o/i' +
      'GdPTsTKctfLp2eLPiz+VmB9Ozcd0MZqOv2Y+m/34VkyN1k/5oLZeNNr73afpcuNeWs9qa9V6Vs/SxrPD7lG62dxv9lqd4+POtfm4' +
      '+af7tlarF4+1+jdZFudmZG84n2Gn/b9TdJgYU6f1P9KSoRX96MVudGMvqlE/t/yN+n/3641L1/8Hw1kPvjhb/OWw/i8MpxbeVv9L' +
      '37Xh/Q5b8SIa0Y79fL94mk8v51P38nE9sqjF2mBPyQbPNF/yLA7zvKM83oxmvk4z36Na0YnjfOi8t/f47pLUf9R/rpG/R/UfAAAA' +
      'uLaSwW/sRfv/ZtweRI+3Nh5t76w3foobcSefMxWb6zsb2zu2FQAAAFzd9n8U59cnRfs/dzuSV9v/uTsxpf0PAAAAV739v3D6LcDc' +
      'oBNfHvXjeXSiF0dxHM1oxe+zsRjFeQCDHltFT61iCQAAAHCF2v9RXF8nKdr/UVwFJbmo/Z9bjCntfwAAALiayq+xX5qRrAyuHBBF' +
      '74ELM26edSkAACai/o+v3Zep/8uD6wRF0VfwwowbOhACwITV//G1Oyk/Qkjqec7wxRaH48XTjBhmfPLzxs76k4frO+urP24/fvR9' +
      'LVZjaZi59HKmGM28fH2N2V+3N34ZrpFnAwDvuv6X3WOvNCO5P7r9X3pxxtz5UwpteAD4oPV/fO2+TP1fjVG7/+KMWR0HAGDC6v/4' +
      '2p2UHyEkP5R8/z8fB4ObvDfjSbQHRwLNWI3f8qOBfvTifslvAXNxkmd24vCVtQGA/+KPyslJt135Lq2cVGuVr9JKr3nQKSaPugfV' +
      'rFb50yYCgGtnqbXfP2lXW/3ebnfvo6X0ebPd7vZEIpFIJBKJRCLR5EbaMcC/9w/Fw5mpACgBAA==',
  ],
  [
    'Rock Ridge',
    'openstack/latest/meta_data.json',
    'openstack/latest/user_data',
    'H4sIAAAAAAACA+3cYW/TRhjA8bugsUJRNwmhQqmmI/TFhpbKzgQS7JXnXKhHYls+B8GrymvSLVuTIpJMQsC0vgK+1F7ybRAfAXxx' +
      'srbQkW1Uo3T/n9LeE+d8zzmp9OQcN0IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADp1xzH' +
      'lULNsLHd3+z+WKn+1ePT8b7Y17wjb36zP2JuTlwpNl05u/vwOfurLBaLe4tizjZz4rf5c2c+WxSl6f4KH1T8wG9vdX9QX/pfqarj' +
      'Xq1Unaqj/J/udweqkW1l/Y3OcNg5NoebH901163a29XqN44j3trgvOHtHvzR/t9RdHBkvJrUfwAAAAAAcHzJ8Tl2u/4/Jc6PoyjW' +
      'oUk9/5Y4KS7kW0qi4aXapDxXAAAAAAB8vOt/Ya+vk3b9nzsv5N71f+6CKLH+BwAAAADg4/Z05v/YmfhT+cdLkSSfyJ34zorsebaf' +
      '1ztR7HfizRHT+pJcmAyyv/H1slwqOi1Ne7+YNJuz5iEPYQLi0fgaB2HPcxyY5dSfJz9stmdhc0GK7Xud/mCYbfzynrkBADg6NmdU' +
      'RHkYhV/8N9X91/H1isJ+ZnFglpOTDzImtX1eiq1s2BkM96YtFSOUKOwAgONd/99dMw+o//+iRM58l3Eo9f+puFj0uXipaC/tlmib' +
      '5fOmTr31mpd6q9+bKPzWnb4TOCtFrzPM1tvZMFv9ebDdtxNZ2bH77axMvhtB/v2J/C6Wiy7Lz+dtM/98/zzOtIxOinnszmFBitGg' +
      'c388h/dLDwDATDp5IU+nT/L6G8Tr7vXrrpeuaZVE/i2VBLWbWgVhqhN/zQvzOE6iNPKjhg1uBzVtlGnFcZSkqh4lKo5McEfVg4ZW' +
      '5q5JdVMZ3fTCNPBN3NCe0cqPwtTzU1ULjK/i1neNwKzpZLyzibUf1APfS4MoVCZqJb5eVfkIek/HPGU+XD2wYZhPImh6yV11O2q0' +
      'mlrl0/Hzg0ijYsBpriDM7zXHw67ycgMAMPawPBp12+UbqjyquOWvVbmf9Tr27qDbqzhu+TFPEQAAx87lja3tUbtSfL3/6cvqXtZu' +
      'd/tEREREREREREREREc3Yh0D4J97DZjfXtgA8AAA',
  ],
  [
    'plain',
    'OPENSTACK/LATEST/META_DATA.JSON',
    'OPENSTACK/LATEST/USER_DATA',
    'H4sIAAAAAAACA+3cXU/TUBgA4FMuyBASTQzhKyZl3CBxpK3BC71axm4Ugbh5bSZDXQKDCLswRn8ef0vXFYIIMk1MHPg86Xbetu/Z' +
      '0mbJu3PaLQQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIKqtJ0kahXiInYPuu877Svar/Wev9+BCc8379pf8EUqlsFJs' +
      'Wrl/vns6fyqHmWJtJpTyphS+Tk5P3Z0JY2f9Y/6p7U+19l7nbbxcexhnSbpWyZIsiWsfPnaO4o3WXqu7s3t8vHtrDrd/dE/SNMuX' +
      'texxkoRLG5KfXM7wof3fKTqMjG+n9R8AAAC4vaLBHHs+/p8Is4Noa7u+2WhWay/CeJjrbxkLG9VmvdF0rgAAAODmjv9Dfn9dlI//' +
      '+2ZD9OP4v28ujBn/AwAAwM02/Dd2QzOilcGdA4PZgyszJs6nFACAkaj/19fu36n/y4P7BEN+reDKjHEXEABgxOr/9bU7Gv4NIcrC' +
      'fJExv1i0i6cZoci497LerL5Zrzarq88bW5vP0rAaForMhZPJvJk8udhj6nWj/qro0c8GAP6uz+Ver9MuP43LvUpafhSXu6393Xz1' +
      'qLNfSdLyF6cIAG6dpZ29g167Uvy9752l+LDVbne6IpFIJBKJRCKRaHQj4xjgz30HpahSkwDoAAA=',
  ],
];

describe('readConfigDrive', () => {
  it.each(VOLUMES)('reads the files of a %s volume', (_, metaData, userData, base64) => {
    const volume = gunzipSync(Buffer.from(base64, 'base64'));
    const content = readConfigDrive(volume);
    expect(content).toMatchObject({ label: 'config-2', bytes: volume.length });
    expect(Object.keys(content?.files ?? {}).sort()).toEqual([metaData, userData].sort());
    expect(JSON.parse(content?.files[metaData] ?? '')).toEqual({ uuid: 'u-1', name: 'sim-01' });
    expect(content?.files[userData]).toMatch(/^#cloud-config\n(# padding\n){300}$/);
  });

  it('finds nothing in what is no such volume, or is cut short', () => {
    expect(readConfigDrive(Buffer.alloc(100_000))).toBeUndefined();
    const volume = gunzipSync(Buffer.from(VOLUMES[0]?.[3] ?? '', 'base64'));
    for (let length = 0; length < volume.length; length += 1000) {
      expect(() => readConfigDrive(volume.subarray(0, length))).not.toThrow();
    }
  });
});

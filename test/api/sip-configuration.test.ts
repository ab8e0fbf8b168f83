import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.js';

describe('the addresses of SIP', () => {
  test('are loopback by default', () => {
    expect(loadConfig({}).SIP_HOST).toEqual(['127.0.0.1']);
  });

  test.each([
    ['2001:db8::1', ['2001:db8::1']],
    ['192.0.2.1,2001:db8::1', ['192.0.2.1', '2001:db8::1']],
    ['2001:db8::1 , 192.0.2.1', ['2001:db8::1', '192.0.2.1']],
  ])('may be of either family, or one of each: %s', (text, addresses) => {
    expect(loadConfig({ SIP_HOST: text, SIP_ADVERTISED_HOST: text })).toMatchObject({
      SIP_HOST: addresses,
      SIP_ADVERTISED_HOST: addresses,
    });
  });

  test.each([
    [{ SIP_HOST: '192.0.2.1,192.0.2.2' }, /SIP_HOST="192\.0\.2\.1,192\.0\.2\.2" must be one address, or an IPv4 and/],
    [{ SIP_HOST: 'pbx.example' }, /SIP_HOST="pbx\.example" must be an IPv4 or IPv6 address/],
    [{ SIP_HOST: '0.0.0.0' }, /SIP_HOST="0\.0\.0\.0" must be one address of this machine/],
    [{ SIP_HOST: '192.0.2.1,' }, /SIP_HOST="192\.0\.2\.1," must be an IPv4 or IPv6 address/],
    [{ SIP_ADVERTISED_HOST: '2001:db8::1' }, /SIP_ADVERTISED_HOST="2001:db8::1" is of a family that SIP_HOST/],
    [{ SIP_TLS_CERT_FILE: 'cert.pem' }, /SIP_TLS_CERT_FILE and SIP_TLS_KEY_FILE belong together/],
    [{ SIP_TLS_PORT: '70000' }, /SIP_TLS_PORT="70000" must be a whole number from 0 to 65535/],
  ])('are refused where they cannot be used: %o', (environment, message) => {
    expect(() => loadConfig(environment)).toThrow(message);
  });
});

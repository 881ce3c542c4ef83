// Verifies a certificate with no network and nothing of the school's but three files:
//   node verify.mjs credential.json did.json list.json context-3.0.3.json
// Exits with 0 and "genuine" or "revoked: …", or with 1 and why it is not to be believed.
import {readFileSync} from 'node:fs';
import {contexts} from '@digitalbazaar/credentials-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const [credential, did, list, badges] =
  process.argv.slice(2).map(path => JSON.parse(readFileSync(path, 'utf8')));

const documents = new Map([
  ...contexts,
  ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', badges],
  [did.id, did],
  [list.id, list],
  ...did.verificationMethod.map(key =>
    [key.id, {'@context': 'https://w3id.org/security/multikey/v1', ...key}]),
]);

async function documentLoader(url) {
  if(!documents.has(url)) {
    throw new Error(`Nothing is known of ${url}, and nothing is fetched.`);
  }
  return {contextUrl: null, documentUrl: url, document: documents.get(url)};
}

const suite = new DataIntegrityProof({cryptosuite});
const result = await verifyCredential({
  credential, suite, documentLoader,
  checkStatus: options => checkStatus({...options, verifyBitstringStatusListCredential: true}),
});

if(!result.verified && !result.statusResult?.results?.some(each => each.status)) {
  const errors = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error].filter(Boolean);
  console.error(errors.map(each => each.message).join(' '));
  process.exit(1);
}
// What is revoked may be `verified` all the same: only its status says so.
const revoked = result.statusResult.results.some(each => each.status === true);
const [name] = credential.credentialSubject.identifier.filter(each => each.identityType === 'name');
console.log(`${revoked ? 'revoked' : 'genuine'}: ${name.identityHash}, ${credential.name}, ${credential.awardedDate}`);

import { testStoreContract } from '../support/store-contract.ts';
import { STORES } from '../support/stores.ts';

for (const [name, withStore] of STORES) testStoreContract(name, withStore);

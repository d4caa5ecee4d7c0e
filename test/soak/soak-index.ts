// Prints the tables of an index on object storage as one line of JSON, from the host that reaches it.
import { readIndexTables } from '../support/index-tables.ts';
import { openSoakPlace, readSoakOptions } from './soak-world.ts';

const { objects, lanceOptions } = openSoakPlace(readSoakOptions().endpoint ?? '');
console.log(JSON.stringify(await readIndexTables(objects.address, lanceOptions)));

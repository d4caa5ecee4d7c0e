import { cues } from './transcripts.ts';

/** A made-up lesson of five minutes in three parts, one of them asked about in the other two as well. */
export const lesson = cues(`
  2 Ana: Welcome to the kitchen, today we cook a risotto with mushrooms.
  7 Ana: Before we start, let us look at what stands on the table.
  12 Ana: You need three hundred grams of rice, an onion, and a litre of stock.
  18 Tom: Which rice do you take?
  21 Ana: Carnaroli, because it keeps its bite.
  27 Ana: The stock must be hot, or the rice stops cooking every time you pour.
  34 Tom: And the mushrooms?
  37 Ana: Dried porcini, soaked in warm water for twenty minutes.
  70 Ana: Now the pan goes on a medium flame with two spoons of butter.
  76 Ana: The onion has to turn soft and must not turn brown.
  82 Ana: Then the rice goes in dry, and we toast it for two minutes.
  90 Tom: How do I know when it is toasted enough?
  94 Ana: The grains turn glassy at the edge, and it smells of nuts.
  101 Ana: A glass of white wine, and we wait until the alcohol is gone.
  150 Ana: From here on it is one ladle of stock after the other.
  156 Ana: Stir gently, and wait with the next ladle until the last one is drunk up.
  163 Ana: After seventeen minutes you taste a grain.
  169 Tom: What should it taste like?
  172 Ana: Firm in the middle, but not chalky.
  240 Ana: Take the pan off the fire, this is the moment for cold butter and cheese.
  246 Ana: We call this mantecatura, you beat the butter in with force.
  253 Ana: Cover it, let it rest for one minute, and bring it to the table at once.
  260 Tom: It moves like a wave on the plate.
`);

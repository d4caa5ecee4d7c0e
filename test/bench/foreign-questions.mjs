// Everyday questions, made up, that no meeting of speech researchers answers.
export const FOREIGN_QUESTIONS = `
How long do you boil an egg so that the yolk stays soft?
Which spices go into the lamb curry?
Where did we leave the car keys at the beach?
When does the bride cut the wedding cake?
What did the vet say about the dog's paw?
How do I change the chain of a mountain bike?
Who scored the second goal in the final?
What is the name of the waterfall we hiked to?
How deep should tulip bulbs be planted?
Which screws hold the kitchen cabinet to the wall?
When did grandma blow out the candles?
How do you fold an origami crane?
What does the surgeon do before stitching the wound?
Why did the volcano erupt in 1883?
Where is the shut-off valve for the water pipe?
How much does the ferry to the island cost?
What colour was the dragon in the puppet show?
How do bees find their way back to the hive?
Which chord follows the chorus of the song?
What happens when the bread dough is kneaded too long?
When does the goalkeeper get the red card?
How do I sharpen a chisel on a wet stone?
What did the mayor promise about the new bridge?
Where do sea turtles lay their eggs?
How do you tie a bowline knot?
Which planet has the most moons?
What did the guide tell us about the castle's ghost?
How do I bleed a radiator in winter?
When did the baby take her first steps?
What makes the soufflé collapse in the oven?
How is the violin bow held by beginners?
Which mushroom in the forest is poisonous?
What did the pilot announce before landing in Lisbon?
How do I prune an old apple tree?
Who painted the ceiling of the chapel?
What is the recipe for the lemon tart?
Why does the washing machine leak during the spin cycle?
How many laps are left in the horse race?
Where was the photo with the camels taken?
What did the farmer say about the drought?
`
  .trim()
  .split('\n');

/**
 * Question-answer pairs by which `calibrateSimilarity` measures a model: everyday topics in different words.
 */
export const CALIBRATION_PAIRS: readonly (readonly [question: string, answer: string])[] = [
  ['Where did she park the automobile?', 'Her car stands on the street in front of the old house.'],
  ['Which fish swims in cold water?', 'A salmon travels up the icy river every year.'],
  ['What did the physician give the ill child?', 'The doctor hands the sick kid a pill against the disease.'],
  ['Why was the finance session so long?', 'At the meeting they talked about the budget until the evening.'],
  ['How do you bake bread?', 'Cook the loaf slowly in a hot fire until morning.'],
  ['Which error did the software have?', 'The computer program stops because of a bug in one file.'],
  ['What does the puppy do at night?', 'The little dog sleeps on the bed when it is dark.'],
  ['How fast is the train to the city?', 'The quick railway takes you into town.'],
  ['Who sings the sad song?', 'A gloomy melody, sung by an old woman with music by her friend.'],
  ['What grows in the garden?', 'Red roses and small trees stand in the yard behind the wall.'],
  ['How was the weather on the mountain?', 'Snow and a cold storm on the peak all day.'],
  [
    'What did the king do to end the war?',
    'The ruler made peace after the long battle and history praised him.',
  ],
];

/** Descriptions of everyday pictures. A query must fit a picture better than these do. */
export const BASELINE_IMAGE_TEXTS: readonly string[] = [
  'a photo',
  'a picture of something',
  'a person',
  'people in a room',
  'a person talking to the camera',
  'a landscape',
  'a street in a city',
  'text on a screen',
  'a slide of a presentation',
  'an animal',
  'a vehicle',
  'food on a table',
  'a drawing',
  'a dark picture',
];

import { casual } from 'chrono-node/es';
import type { Locale } from './locale.ts';

export const es: Locale = {
  code: 'es',
  script: 'latin',
  stopWords: `el la los las lo un una unos unas de del al a y e o u pero que qué quien quién cual cuál en con por para sin
    sobre entre como cómo cuando cuándo donde dónde es son era eran fue ser está están estaba ha han he hay había
    se su sus mi mis tu tus me te le les nos yo tú él ella ellos ellas nosotros usted ustedes este esta estos estas
    ese esa eso esto no ni si sí ya más muy también porque`,
  weakWords: `di decir dice dijo muestra mostrar explica explicar describe encontrar saber quiero cosa cosas algo alguien cuesta cuestan señor señora
    resumen resumir discusión habla hablar hablan piensa vídeo video parte gente persona
    usar usa usan usado utilizar utiliza necesita necesito necesitan significa diferencia diferencias comparar
    comparación pasa sucede llama llamado puede debe razón causa opinión tema menciona mencionado pregunta
    preguntar preguntó respuesta responde cerca propone sugiere`,
  questionPhrases: ['qué hay de nuevo|qué novedades hay', 'cuánto tiempo'],
  videoNouns: 'vídeos?|grabaci(?:ón|ones)|clips?|películas?',
  wholeNouns:
    'vídeo|película|grabación|reunión|charla|clase|entrevista|conferencia|episodio|conversación|clip|partido',
  beforeVideoName: 'en|de|del',
  overviewWords: 'trata grabación charla película clip clase reunión tema breve brevemente resumen',
  genericVerbs: ['pasa|ocurre|sucede|muestra|habla|ve|sale'],
  units: {
    second: 'segundos?',
    minute: 'minutos?',
    hour: 'horas?',
    day: 'días?',
    week: 'semanas?',
    month: 'mes(?:es)?',
    year: 'años?',
  },
  numbers: {
    un: 1,
    una: 1,
    dos: 2,
    tres: 3,
    cuatro: 4,
    cinco: 5,
    diez: 10,
    quince: 15,
    veinte: 20,
    treinta: 30,
  },
  questions: {
    videoCount: ['cuánt[oa]s (?:{video}) (?:hay|tengo|tenemos)'],
    withoutText: ['(?:{video}) (?:no tienen?|sin) (?:transcripci(?:ón|ones)|subtítulos|texto)'],
    duration: ['cuánt[oa]s {unit}', 'cuánto (?:tiempo|dura|tarda)'],
    definition: ['qué (?:es|son|significa)|explica'],
    amount: [
      'cuánt[oa]s?',
      'cu\\u00e1ndo|(?:^|[¿¡] *)cuando(?= .*\\?)',
      'a qué hora|qué (?:hora|día|fecha|año)|cuestan?|qué edad',
    ],
    price: ['cuánto (?:cuesta{w}|costó|costaba|vale)|qué precio|cuál (?:es|era) el (?:precio|coste|costo)'],
    date: ['cu\\u00e1ndo|(?:^|[¿¡] *)cuando(?= .*\\?)|a qué hora|qué (?:hora|día|fecha|año)'],
    place: ['d[oó]nde|ad[oó]nde|en qué (?:ciudad|país|sala|calle|lugar)'],
    name: ['cómo se llama{w}|cuál es (?:el|su) nombre'],
    person: ['^[¿ ]*(?:y |pero )?(?:a |de |por )?qui[eé]n(?:es)?'],
    counted: ['cuánt[oa]s'],
    colour: ['(?:de )?qué color'],
    reason: ['por qué|por que razón|cuál (?:es|fue|era) la (?:razón|causa)'],
    comparison: ['(?:más|menos) {w} que|compar{w}|diferencia{w}|cuál (?:es|de)|{w} o {w}'],
    yesNo: ['^[¿ ]*(?:es|son|está|están|hay|puede|puedo|podemos|debe|debo|tiene|tienen|se puede)'],
    speech: [
      'dice[ns]?|dijo|dijeron|piensa{w}|mencion{w}|propon{w}|explic{w}|cuent{w}|respond{w}|pregunt{w}|opina{w}|opinión',
    ],
    count: ['cuántas veces'],
    frequency: ['cuántas veces (?:al|a la|por|cada)', 'con qué frecuencia|cada cuánto'],
    everyOccurrence: [
      'cuántas veces|con qué frecuencia|cada cuánto|cada vez que',
      '(?:lista|enumera|muestra|muéstrame|busca|encuentra|dime|nombra|listar)(?:me)? (?:tod[oa]s|cada)',
      'todos los momentos|todas las (?:veces|escenas)',
    ],
    overview: [
      'qué hay de nuevo|qué novedades hay',
      'de qué (?:trata|habla|va)(?: (?:este|esta|el|la) (?:{video}|charla|clase|reunión|conferencia))? *[?.!]*$|de qué se (?:trata|habla)',
      'resum{w}|sinopsis|cuál es el tema|qué (?:pasa|ocurre|sucede) en (?:el|la|este|esta) (?:{video})',
    ],
  },
  momentPhrase:
    '(?:(?:los|las)\\s+)?(?:momentos?|escenas?|veces|partes?)?\\s*(?:(?:en que|en los que|en las que|donde|que|cuando)(?![a-zà-ÿ]))?',
  saidOrShown: [
    'dice[ns]?|dicho|habla{w}|menciona{w}|nombra{w}|se (?:oye|ve|ven|oyen)',
    'aparec{w}|muestr{w}|sale[n]?',
  ],
  answers: {
    lengths: ['durante (?:segundos|minutos|horas|días|semanas|meses|años)|siempre|toda la noche|todo el día'],
    counts: ['{n} veces|una vez'],
    currencies: ['euros?|céntimos?|dólares?|pesos?|libras?|cuesta{w}|costó|precio{w}|pag{w}|vale'],
    prices: ['gratis|car[oa]'],
    times: [
      'medianoche|primavera|verano|otoño|invierno|mañana|tarde|noche|mediodía|después|luego|pronto|antes|cuando|hasta|desde|próxim[oa]|pasad[oa]|fin|final|principio|día|semana|mes|año',
    ],
    places: ['(?:en|junto|detrás|delante|cerca|debajo|entre|frente|desde|hacia|a|al) {w}', 'aquí|allí|fuera'],
    colours: [
      'roj[oa]s?|verdes?|azul{w}|amarill{w}|negr[oa]s?|blanc[oa]s?|gris{w}|marr[oó]n{w}|naranja|morad{w}|violeta|ros[ao]s?|platead{w}|dorad{w}|beige|turquesa|transparente|oscur{w}|clar{w}',
    ],
    reasons: ['porque|ya que|pues|por eso|debido|gracias a|para que|si no|razón|causa|así que'],
    comparisons: ['más|menos|mejor|peor|pero|mientras|ambos|igual|diferencia|tan'],
    names: ['llam{w}|nombre|soy'],
    reportedQuestions: ['(?:pregunt{w}|saber)[^.!?]{0,40}(?:por qué|qué|cómo|quién|cuándo|dónde|si|cuál)'],
    announcements: ['^hoy (?:voy|vamos|veremos|hablamos|hablaremos)|en el orden del día'],
    consequences: ['^(?:por eso|por lo tanto|así que|entonces)'],
    replies: ['^[¡ ]*(?:sí|no|claro|por supuesto|exacto|todavía no)'],
  },
  passive: { auxiliaries: 'es son fue fueron sido era eran', agents: 'por' },
  negations: ['no|nunca|nadie|nada|ningun{w}|ninguna|sin|tampoco'],
  copulas: ['es|son|significa'],
  measures: [
    {
      asked: 'a qué distancia|qué (?:anchura|profundidad|grosor)',
      stated: '(?:kiló|centí|milí)?metros?|km|cm|mm|m|minutos?|horas?',
    },
    { asked: 'cuánto pesa{w}|qué peso', stated: 'kilos?|kilogramos?|kg|gramos?|g|toneladas?|libras?' },
    { asked: 'qué edad|cuántos años', stated: 'años?|meses|semanas?|siglos?|nació|nacid{w}' },
    { asked: 'qué temperatura|cuántos grados', stated: 'grados?|celsius|menos|°{w}' },
  ],
  amounts: [
    'uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta|cincuenta|cien|cientos|mil|millones|medio|media',
  ],
  rates: [
    'cada (?:{n} )?(?:segundos?|minutos?|horas?|días?|noches?|semanas?|mes(?:es)?|trimestre|años?|mañana|tarde|lunes|martes|miércoles|jueves|viernes|sábado|domingo)',
    'tod(?:os los|as las) (?:días|noches|semanas|meses|años|mañanas|tardes|lunes|martes|miércoles|jueves|viernes|sábados|domingos)',
    've(?:z|ces) (?:al|a la|por|cada) {w}|por (?:segundo|minuto|hora|día|semana|mes|año)',
    '(?:diari[oa]|semanal|quincenal|mensual|anual){w}',
    'nunca|jamás|rara vez|raramente|a veces|de vez en cuando|regularmente|a menudo|siempre',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['anteayer|antes de ayer'],
      yesterday: ['(?<!antes de )ayer(?: por la (?:mañana|tarde|noche))?', 'anoche'],
      earlierToday: ['de hoy'],
      today: ['hoy|esta mañana'],
      lastWeek: ['la semana pasada'],
      lastMonth: ['el mes pasado'],
      lastYear: ['el año pasado'],
      thisWeek: ['esta semana'],
      thisMonth: ['este mes'],
      thisYear: ['este año'],
    },
    ago: 'hace {n} {unit}',
    pastBefore: 'pasado',
    pastAfter: 'pasad[oa]',
    future: 'próxim[oa]|que viene',
    prepositions: 'el|en|de|del|desde',
    bareWeekdays: false,
    pastTense: [
      'qué hay de nuevo|qué novedades hay',
      'dijo|vino|puso|dio|vio|tuvo|estuvo|trajo|fue|fueron|pasó|era|había|hubo|decidió|decidieron|decidimos|hablaron|hablamos|habló|ha|han|hemos|acordaron|mostró|mostraron|explicó|hizo|hicimos|vimos|[a-zñ]{2,}(?:\\u00f3|aron|ieron)',
    ],
    recordingNouns:
      'grabación|reunión|vídeo|clase|charla|entrevista|película|clip|llamada|conferencia|episodio',
    recordingVerbs: 'grabad[oa]|filmad[oa]|rodad[oa]',
    links: 'que|fue|se|hicimos',
    articles: 'la|el|este|esta',
    possessive: '',
  },
  position: {
    start: ['al (?:principio|comienzo|inicio)'],
    middle: ['a (?:la )?mitad|en (?:el medio|la mitad)'],
    end: ['al (?:final|fin)'],
    firstHalf: ['en la primera mitad'],
    secondHalf: ['en la (?:segunda|última) mitad'],
    firstUnits: [
      '(?:en|durante) l[oa]s {n} primer[oa]s {unit}',
      '(?:en|durante) l[oa]s primer[oa]s {n} {unit}',
      '(?:en|durante) (?:el primer|la primera) {unit}',
    ],
    lastUnits: [
      '(?:en|durante) l[oa]s {n} últim[oa]s {unit}',
      '(?:en|durante) l[oa]s últim[oa]s {n} {unit}',
      '(?:en|durante) (?:el último|la última) {unit}',
    ],
    atTime: ['(?:en|al|a) (?:el )?(?:minuto |los )?{time}', 'minuto {time}'],
    timeOfDay: 'horas|h|de la (?:mañana|tarde|noche)',
    of: 'del|de la|de este|de esta|de los|de las|de',
    notFollowedBy: 'ambiente|oriente',
  },
  neighbours: {
    after: ['(?:justo )?después de(?: que|l(?= ))?'],
    before: ['(?:justo )?antes de(?: que|l(?= ))?'],
    notAnAnchor: [
      'que nada|todo|ayer|mediodía|medianoche|navidad|\\d.*|las (?:\\d|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce).*|tiempo|hora|cristo',
      '(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)',
      '(?:o|y) (?:antes|después).*',
    ],
    notANeighbour: ['día|año|mes|semana|nunca|foto|y|o|el|un|una|la'],
    pointers: 'eso|esto|aquello',
    next: ['(?:y )?(?:qué \\S+ )?(?:después|luego|después de eso|a continuación)'],
    previous: ['(?:y )?(?:qué \\S+ )?antes(?: de eso)?'],
  },
  followUp: {
    pronouns: 'él ella ellos ellas eso esto ello allí ahí suyo',
    fillers: [],
    persons: 'él ella ellos ellas',
    openings: ['y|pero|por qué|qué hay de|entonces'],
  },
};

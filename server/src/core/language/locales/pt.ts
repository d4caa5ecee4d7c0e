import { casual } from 'chrono-node/pt';
import type { Locale } from './locale.ts';

const WEEKDAY = '(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|sábado|domingo';

export const pt: Locale = {
  code: 'pt',
  script: 'latin',
  stopWords: `o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre e ou mas que
    quem qual como quando onde é são era eram foi ser está estão tem têm há se seu sua seus suas meu minha me te
    lhe nós eu tu ele ela eles elas você vocês este esta isto esse essa isso não já mais muito também porque ao à`,
  weakWords: `diz dizer disse mostra mostrar explica explicar descreve descreva encontra encontrar saber quero coisa coisas
    algo alguém custa custam senhor senhora resumo resumir resuma discussão fala falar falam pensa vídeo parte gente pessoa pessoas acontece aconteceu
    liste lista mostre diga conte explique resuma faça encontre
    usar usa usam usado utilizar precisa preciso precisam significa diferença diferenças comparar comparação
    chama chamado pode deve razão motivo causa opinião tema menciona mencionado pergunta perguntar perguntou
    resposta responde entre perto propõe sugere`,
  questionPhrases: ['o que há de novo|quais as novidades', 'quantas vezes|quanto tempo'],
  videoNouns: 'vídeos?|gravaç(?:ão|ões)|clipes?|filmagem',
  wholeNouns:
    'vídeo|gravação|filme|aula|reunião|palestra|entrevista|episódio|apresentação|conversa|jogo|clipe',
  beforeVideoName: 'em|no|na|de|do|da',
  overviewWords:
    'trata gravação filme aula reunião palestra entrevista episódio clipe tema assunto breve brevemente resumo visão geral',
  genericVerbs: ['acontece|ocorre|passa|mostra|mostrado|fala|vê|aparece'],
  units: {
    second: 'segundos?',
    minute: 'minutos?',
    hour: 'horas?',
    day: 'dias?',
    week: 'semanas?',
    month: 'mês|meses',
    year: 'anos?',
  },
  numbers: {
    um: 1,
    uma: 1,
    dois: 2,
    duas: 2,
    três: 3,
    quatro: 4,
    cinco: 5,
    dez: 10,
    quinze: 15,
    vinte: 20,
    trinta: 30,
  },
  questions: {
    videoCount: ['quant[oa]s (?:{video}) (?:há|tenho|temos|existem)'],
    withoutText: ['(?:{video}) (?:não têm|não tem|sem) (?:transcriç(?:ão|ões)|legendas?|texto)'],
    duration: ['quant[oa]s {unit}', 'quanto (?:tempo|dura|demora)'],
    definition: ['o que (?:é|são|significa)|explica'],
    amount: [
      'quant[oa]s?',
      '(?:^|e |mas |desde |até |para |sabe |sei |diga |em que dia |, )quando',
      'a que horas|que (?:horas?|dia|data|ano)|custam?|em que (?:dia|ano|data)',
    ],
    price: ['quanto (?:custa{w}|custou|custava|vale)|qual (?:é|era) o (?:preço|custo)|que preço'],
    date: ['quando|a que horas|(?:que|em que) (?:horas?|dia|data|ano)'],
    place: ['onde|aonde|em que (?:cidade|país|sala|rua|lugar)'],
    name: ['como se chama{w}|qual é o (?:seu )?nome'],
    person: ['^(?:e |mas )?(?:a |de |por )?quem'],
    counted: ['quant[oa]s'],
    colour: ['(?:de )?que cor|qual (?:é|era) a cor'],
    reason: ['por ?que|por quê|porquê|qual (?:é|foi|era) a (?:razão|causa)|qual o motivo'],
    comparison: ['(?:mais|menos) {w} (?:que|do que)|compar{w}|diferença{w}|qual (?:é|dos|das)|{w} ou {w}'],
    yesNo: ['^(?:é|são|está|estão|há|pode|posso|podemos|deve|devo|tem|têm)'],
    speech: [
      'diz|dizem|disse{w}|pensa{w}|mencion{w}|propõe{w}|propôs|explic{w}|cont[ao]u?|respond{w}|pergunt{w}|acha{w}|opinião',
    ],
    count: ['quantas vezes'],
    frequency: ['quantas vezes (?:ao|à|por|cada)', 'com que frequência|de quanto em quanto tempo'],
    everyOccurrence: [
      'quantas vezes|com que frequência|de quanto em quanto|(?:cada|toda) vez que',
      '(?:liste|lista|listar|mostre|mostra|mostre-me|encontre|enumere|diga|procure|nomeie)(?: me)? (?:tod[oa]s|cada)',
      'todos os momentos|todas as (?:vezes|cenas)',
    ],
    overview: [
      'o que há de novo|quais as novidades',
      '(?:sobre o que|do que|de que|sobre que) (?:é|trata|fala|se trata)(?: (?:este|esta|esse|essa|o|a) (?:{video}|filme|aula|reunião|palestra))? *[?.!]*$|do que se (?:trata|fala)',
      '(?:é )?sobre o quê? *[?.!]*$|resum{w}|sinopse|visão geral|qual é o (?:tema|assunto)|o que (?:acontece|se passa) (?:no|na|neste|nesta|nesse|nessa) (?:{video})',
    ],
  },
  momentPhrase:
    '(?:(?:os|as)\\s+)?(?:momentos?|cenas?|vezes|partes?)?\\s*(?:(?:em que|onde|que|quando)(?![a-zà-ÿ]))?',
  saidOrShown: [
    'menciona{w}|diz|dizem|dit[oa]|disse|fala{w}|cita{w}|se ouve|ouve-se|ouvid[oa]',
    'aparec{w}|mostra{w}|se vê|vist[oa]s?|vê-se|surge',
  ],
  answers: {
    counts: ['{n} vez(?:es)?'],
    currencies: ['euros?|cêntimos?|centavos?|reais|real|dólares?|libras?|cust{w}|preço{w}|pag{w}'],
    prices: ['grátis|gratuit{w}|car[oa]'],
    times: [
      'meia-noite|amanhã|ontem|primavera|verão|outono|inverno|manhã|tarde|noite|meio-dia|depois|logo|antes|quando|até|desde|próxim[oa]|passad[oa]|fim|final|início|dia|semana|mês|ano',
    ],
    places: ['(?:em|no|na|nos|nas|ao|perto|atrás|debaixo|entre|para|de) {w}', 'aqui|ali|fora'],
    colours: [
      'vermelh{w}|verdes?|azu[li]{w}|amarel{w}|pret[oa]s?|branc[oa]s?|cinz{w}|castanh{w}|marrom|laranja|rox{w}|violeta|rosa|pratead{w}|dourad{w}|bege|turquesa|transparente|escur{w}|clar{w}',
    ],
    reasons: ['porque|pois|já que|por isso|devido|graças|para que|senão|razão|motivo|causa|assim'],
    comparisons: ['mais|menos|melhor|pior|mas|enquanto|ambos|igual|diferença|tão'],
    names: ['cham{w}|nome|sou'],
    reportedQuestions: ['(?:pergunt{w}|saber)[^.!?]{0,40}(?:por que|o que|como|quem|quando|onde|se|qual)'],
    announcements: ['^hoje (?:vou|vamos|veremos|falamos)|na ordem do dia'],
    consequences: ['^(?:por isso|portanto|então|assim)'],
    replies: ['^(?:sim|não|claro|exato|ainda não|com certeza)'],
  },
  passive: { auxiliaries: 'é são foi foram sido era eram', agents: 'por pelo pela pelos pelas' },
  negations: ['não|nunca|ninguém|nada|nenhuma?|sem|nem'],
  copulas: ['é|são|significa'],
  measures: [
    {
      asked: 'a que distância|qual a (?:largura|profundidade|espessura)',
      stated: '(?:quiló|centí|milí)?metros?|km|cm|mm|m|minutos?|horas?',
    },
    { asked: 'quanto pesa{w}|que peso', stated: 'quilos?|quilogramas?|kg|gramas?|g|toneladas?|libras?' },
    { asked: 'que idade|quantos anos', stated: 'anos?|meses|semanas?|séculos?|nasceu|nascid{w}' },
    { asked: 'que temperatura|quantos graus', stated: 'graus?|celsius|menos|°{w}' },
  ],
  amounts: [
    'dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|quinze|vinte|trinta|quarenta|cinquenta|sessenta|cem|cento|mil|milh(?:ão|ões)|meio|meia',
  ],
  rates: [
    `(?:cada|todo|toda) (?:{n} )?(?:segundos?|minutos?|horas?|dias?|noites?|semanas?|mês|meses|anos?|manhã|tarde|${WEEKDAY})`,
    `tod(?:os os|as as) (?:dias|noites|semanas|meses|anos|manhãs|tardes|(?:segunda|terça|quarta|quinta|sexta)s?(?:-feiras)?|sábados|domingos)`,
    'vez(?:es)? (?:ao|à|por|cada) {w}|por (?:segundo|minuto|hora|dia|semana|mês|ano)',
    '(?:diári[oa]|semanal|quinzenal|mensal|anual){w}|diariamente|de {n} em {n} (?:dias|semanas|meses|horas)',
    'nunca|jamais|raramente|às vezes|de vez em quando|regularmente|frequentemente|sempre',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['anteontem'],
      yesterday: ['ontem(?: (?:de|à|pela) (?:manhã|tarde|noite))?'],
      earlierToday: ['de hoje'],
      today: ['hoje|esta manhã|hoje de manhã'],
      lastWeek: ['(?:na |a )?semana passada'],
      lastMonth: ['(?:no |o )?mês passado'],
      lastYear: ['(?:no |o )?ano passado'],
      thisWeek: ['(?:n?esta|nessa) semana'],
      thisMonth: ['(?:n?este|nesse) mês'],
      thisYear: ['(?:n?este|nesse) ano'],
    },
    ago: '(?:há|faz) {n} {unit}(?: atrás)?|{n} {unit} atrás',
    pastBefore: 'últim[oa]|passad[oa]',
    pastAfter: 'passad[oa]',
    future: 'próxim[oa]|que vem',
    prepositions: 'no|na|em|de|do|da|desde|dia',
    bareWeekdays: false,
    pastTense: [
      'o que há de novo|quais as novidades',
      'disse|disseram|foi|foram|era|estava|houve|aconteceu|decidi(?:u|ram|mos)|fal(?:ou|aram|amos)|explicou|mostr(?:ou|aram)|fez|fizemos|vimos|combin(?:ou|aram|amos)|tinha|[a-zç]{3,}(?:ou|aram|eram|iram)',
    ],
    recordingNouns:
      'gravação|reunião|vídeo|aula|palestra|entrevista|filme|clipe|chamada|conferência|episódio',
    recordingVerbs: 'gravad[oa]|filmad[oa]|rodad[oa]',
    links: 'que|foi|fizemos',
    articles: 'a|o|as|os|este|esta',
    possessive: '',
  },
  position: {
    start: ['(?:bem )?no (?:início|começo|princípio)'],
    middle: ['no meio'],
    end: ['(?:bem )?no (?:final|fim)|ao final'],
    firstHalf: ['na primeira metade'],
    secondHalf: ['na (?:segunda|última) metade'],
    firstUnits: ['n[oa]s primeir[oa]s {n} {unit}', 'no primeiro {unit}', 'na primeira {unit}'],
    lastUnits: ['n[oa]s últim[oa]s {n} {unit}', 'no último {unit}', 'na última {unit}'],
    atTime: ['(?:em|aos?|no) (?:minuto )?{time}', 'minuto {time}'],
    timeOfDay: 'horas|h|da (?:manhã|tarde|noite)',
    of: 'do|da|de|deste|desta|dos|das',
  },
  neighbours: {
    after: ['(?:logo |pouco )?depois (?:que|de|do|da|dos|das)|(?:logo )?após'],
    before: ['(?:logo |pouco )?antes (?:que|de|do|da|dos|das)'],
    notAnAnchor: [
      'tudo|nada|ontem|amanhã|(?:do )?meio-dia|(?:da )?meia-noite|natal|\\d.*|(?:as|às) .*|almoço|jantar|cristo|tempo|hora',
      `(?:${WEEKDAY})`,
      '(?:ou|e) (?:antes|depois).*',
    ],
    notANeighbour: ['dia|ano|mês|semana|nunca|foto|e|ou|o|um|a'],
    pointers: 'isso|isto|aquilo|disso',
    next: ['(?:e )?(?:o que \\S+ )?(?:depois|depois disso|em seguida|a seguir|então)'],
    previous: ['(?:e )?(?:o que \\S+ )?antes(?: disso)?'],
  },
  followUp: {
    pronouns: 'ele ela eles elas isso isto aquilo dele dela deles delas nele nela lhe lhes lá',
    fillers: [],
    persons: 'ele ela eles elas dele dela deles delas lhe lhes',
    openings: ['e|mas|por que|por quê|porquê|porque|então|e quanto a'],
  },
};

"""Concepts of the tiny text models: groups of synonyms, and meaningless words.

Each line is a concept, named by its first word. Some concepts have German and French words, to test meaning across
languages. Every word here is one token; all other words are spelled letter by letter.
"""

GROUPS = """
red crimson scarlet rot rouge
green emerald gruen vert
blue azure navy blau bleu
yellow golden gelb jaune
purple violet lila
orange amber tangerine
white ivory snowy weiss blanc
cyan turquoise teal
black dark ebony schwarz noir
gray grey ashen grau
brown tan chestnut braun
circle disc disk ball round sphere kreis cercle
square box block cube quadrat
triangle pyramid wedge dreieck
left leftward leftwards west links gauche
right rightward rightwards east rechts droite
up upward upwards rise rises rising climbs ascends north oben
down downward downwards fall falls falling sinks descends drops south unten
still motionless rests stands unmoving static frozen
grows growing grow expands swells enlarges larger
shrinks shrinking shrink contracts dwindles smaller
moves moving move drifts slides travels glides bewegt
background backdrop behind hintergrund
car cars automobile automobiles vehicle motorcar auto wagen voiture
fish fishes salmon trout fisch poisson
dog dogs puppy hound hund chien
cat cats kitten kitty katze chat
bird birds sparrow robin vogel oiseau
horse horses pony mare pferd cheval
cow cows cattle kuh
fox foxes vixen fuchs
whale whales orca wal
house houses home building dwelling haus maison
door doors gate entrance tuer porte
window windows pane fenster
tree trees oak pine baum arbre
flower flowers rose tulip blossom blume fleur
water sea ocean lake wasser eau
river rivers stream brook fluss
mountain mountains hill peak summit berg montagne
rain storm drizzle downpour regen pluie
snow blizzard sleet schnee neige
sun sunshine sunlight sonne soleil
fire flame flames blaze feuer feu
bread loaf toast brot pain
food meal dinner lunch supper essen repas
cook cooks cooking bake bakes baking kochen
money cash coins funds geld argent
buy buys buying purchase purchased bought kaufen
sell sells selling sold vendor
price prices cost costs fee preis prix
doctor doctors physician surgeon medic arzt medecin
teacher teachers tutor instructor lehrer
child children kid kids toddler kind enfant
man men guy gentleman mann homme
woman women lady ladies frau femme
friend friends pal buddy freund ami
boat boats ship vessel yacht schiff bateau
train trains railway locomotive zug
plane planes aircraft airplane jet flugzeug avion
bicycle bike bikes cycling fahrrad velo
road roads street highway strasse rue
city cities town metropolis stadt ville
country nation land state
school schools class classroom schule ecole
book books novel volume buch livre
letter letters mail message brief lettre
word words term phrase wort mot
picture pictures image photo photograph bild
film films movie cinema kino
music song songs tune melody musik musique
sing sings singing chants singt
dance dances dancing waltz tanzen
play plays playing game games spiel jeu
ball-game football soccer
run runs running sprint jog rennt
walk walks walking stroll hike geht
sleep sleeps sleeping nap slumber schlaeft
eat eats eating devour isst mange
drink drinks drinking sip trinkt
speak speaks speaking talk talks talking sprechen
laugh laughs laughing giggle lacht
cry cries crying weep sob weint
open opens opened unlock unlocks oeffnet
close closes closed shut shuts lock
start starts begin begins beginning anfang debut
end ends finish finishes finished ende fin
big large huge giant gross grand
little small tiny mini klein petit
fast quick rapid swift schnell vite
slow slowly sluggish langsam lent
old ancient aged alt vieux
new fresh modern neu nouveau
happy glad joyful cheerful froh heureux
sad unhappy gloomy sorrowful traurig triste
hot warm heat heiss chaud
cold chilly icy kalt froid
day daytime tag jour
night midnight nacht nuit
morning dawn sunrise morgen matin
evening dusk sunset abend soir
computer computers laptop machine rechner ordinateur
program programs software code app
error errors bug bugs fault mistake fehler erreur
file files document documents datei fichier
key keys password passcode schluessel clef
screen screens display monitor bildschirm
phone phones telephone mobile telefon
network internet web netz
test tests testing exam quiz
budget budgets finance spending haushalt
meeting meetings conference session sitzung reunion
contract agreement deal vertrag
work works working job labour arbeit travail
boss manager director chief chef
law laws legal statute gesetz loi
war wars battle combat krieg guerre
peace truce calm frieden paix
king kings monarch ruler koenig roi
history past heritage geschichte histoire
science physics chemistry biology
star stars galaxy comet stern etoile
moon lunar mond lune
earth globe planet erde terre
stone stones rock rocks stein pierre
wall walls barrier mauer mur
garden yard park garten jardin
chair chairs seat bench stuhl
table tables desk tisch
bed beds mattress bett lit
knife knives blade messer couteau
shoe shoes boot boots schuh
hat hats cap hut chapeau
hand hands finger fingers hand-palm
eye eyes gaze auge oeil
heart hearts cardiac herz coeur
blood bleed bleeding blut sang
sick ill unwell disease krank malade
medicine drug pill remedy medizin
dry arid parched trocken sec
wet damp soaked nass
under below beneath unter sous
near beside nearby close-by neben
colour color colours colors hue farbe couleur
shape shapes form figure outline gestalt
size sizes dimension extent
direction way heading course richtung
luna
otto
mira
pip
zoe
felix
nora
hugo
ada
leo
iris
max
one eins
two zwei deux
three drei trois
four vier quatre
five fuenf cinq
six sechs
seven sieben sept
eight acht huit
nine neun neuf
ten zehn dix
""".strip().splitlines()

CONCEPTS = [line.replace("-", "").split() for line in GROUPS]
MEANING = {word: number for number, words in enumerate(CONCEPTS) for word in words}

EMPTY = (
    "a an the this that these those it its is are was were be been am do does did done has have had of in on at by to "
    "from with without for and or but not no so as if then than there here what which who whom whose where when why "
    "how we you i he she they them us me my your our their his her can could will would shall should may might must "
    "about into over after before again also just very more most some any all each other only own same too now called "
    "see seen said look show shows something someone thing things video clip query passage der die das ein eine ist im "
    "auf und le la les un une est dans et".split()
)
MARKS = list(".,:;!?'\"()[]-/") + ["&"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

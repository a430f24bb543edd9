// Given names that stand for each other. Only ever a suggestion: a Bob is mostly a Robert, but somebody has to say so.

const GROUPS = `robert rob bob bobby robbie bert
william will bill billy liam wim willem wilhelm
richard rick dick rich richie ricky
james jim jimmy jamie
john jack johnny jon jonny johann johannes hans hannes jan
jonathan jon jonny nathan
michael mike mick mickey mikey michel miguel
thomas tom tommy tomas
joseph joe joey josef sepp jose pepe
charles charlie chuck chas carlos karl
edward ed eddie ted ned eduard
theodore theo ted teddy
andrew andy drew andreas
anthony tony antonio toni anton
christopher chris kit topher
christian chris
christine chris chrissy tina christina kristina
daniel dan danny
david dave davey
samuel sam sammy
samantha sam
alexander alex sandy xander sasha sascha lex aleksandr alexandr aleks
alexandra alex sandra sasha aleksandra
benjamin ben benny benji
matthew matt matteo matthias
nicholas nick nicky nico nikolaus klaus niklas nikolay nikolai kolya
patrick pat paddy
patricia pat patty tricia trish
peter pete petr
philip phil philipp pip
stephen steve stevie stefan steffen
steven steve
timothy tim timmy
gregory greg
geoffrey geoff jeff
jeffrey jeff
kenneth ken kenny
lawrence larry laurie
leonard leo len lenny
leonardo leo
ronald ron ronnie
raymond ray
donald don donnie
douglas doug
frederick fred freddy fritz friedrich
francis frank fran
francisco paco pancho fco
franz frank
gerald gerry jerry
harold harry hal
henry harry hank heinrich heinz
vincent vince vinny
walter walt wally
zachary zach zack
jacob jake jakob
joshua josh
nathaniel nathan nate
dominic dom nick
maximilian max
sebastian seb basti bastian
ferdinand ferdi
elizabeth liz lizzy beth betty eliza elisabeth lisa elsa bess libby
margaret maggie meg peggy marge margarete greta grete rita gretchen
katherine kate kathy katie kat catherine cathy katharina kathi katrin ekaterina katya
jennifer jen jenny
jessica jess jessie
rebecca becky becca
susan sue susie suzanne susanne
deborah deb debbie
barbara barb babs barbie
victoria vicky tori viktoria vika
kimberly kim
amanda mandy
cynthia cindy
dorothy dot dottie dorothea thea
eleanor ellie nell nora
emily em emmy
isabella bella isa izzy isabel
jacqueline jackie
judith judy
madeleine maddie
melissa mel lissa
pamela pam
rosemary rose rosie
sarah sally
stephanie steph stefanie steffi
teresa terry tess theresa resi
valerie val
veronica vera ronnie
virginia ginny
abigail abby gail
angela angie
anne annie nancy anna anja
caroline carol carrie
charlotte lottie charlie
florence flo
gabriele gabi gabriela
ursula uschi ulla
hildegard hilde
johanna hanna hannah
josefa josefine pepa
magdalena lena magda
manuel manolo
enrique quique kike
ignacio nacho
dolores lola
concepcion concha
guadalupe lupe
rafael rafa
giuseppe beppe peppe pino
giovanni gianni nino vanni
luigi gigi
salvatore totò salvo
francesco franco checco cesco
vladimir vova volodya vladi
ivan vanya
dmitry dima mitya dmitri dmitriy
mikhail misha
evgeny zhenya yevgeny evgeniy
alexey alyosha lyosha aleksey alexei aleksei
sergey seryozha sergei
pavel pasha
yuri yura
anastasia nastya
natalia natasha natalya
tatiana tanya tatyana
olga olya
irina ira
maria masha mary marie mariya
svetlana sveta
elena lena yelena
ludmila lyuda lyudmila
galina galya
georgios giorgos yorgos george
konstantinos kostas costas
dimitrios dimitris jimmy
ioannis giannis yannis
athanasios thanasis
aikaterini katerina
eleftherios lefteris
panagiotis panos takis
krzysztof krzys
malgorzata gosia
katarzyna kasia
agnieszka aga
aleksandra ola
wojciech wojtek
grzegorz grzesiek
jakub kuba
stanislaw staszek
mohammed mohamed muhammad mohammad mo md
ahmed ahmad
abdul abdel
hendrik henk rik
cornelis kees cor
johannes jan joop hans
gerardus gerard
jozsef joska
laszlo laci
ferenc feri
istvan pista
guadalupe lupita
jesus chuy
joanna asia
barbara basia
tomasz tomek
krzysztof krzysiek
elisabeth lisl liesl
wolfgang wolfi
janos jancsi
erzsebet bozsi zsoka
jan honza
vaclav vasek
antonius toon
wilhelmus wim
adrianus ad`;

const CLASSES: ReadonlyMap<string, readonly number[]> = (() => {
  const classes = new Map<string, number[]>();
  GROUPS.split("\n").forEach((group, index) => {
    for (const name of group.split(" ")) classes.set(name, [...(classes.get(name) ?? []), index]);
  });
  return classes;
})();

/** Numbers of the groups a given name belongs to. */
export const nickGroups = (name: string): readonly number[] => CLASSES.get(name) ?? NONE;
const NONE: readonly number[] = [];
/** All that belong to one. */
export const nicknames = (): Iterable<string> => CLASSES.keys();

export const sameNick = (one: string, other: string): boolean => {
  const groups = nickGroups(other);
  return groups.length > 0 && nickGroups(one).some((group) => groups.includes(group));
};

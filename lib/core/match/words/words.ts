// Words around a name that are not the name: titles, suffixes, status tags, particles, and the marks of accounts that no
// person is. All in lower case, without dots and accents.

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ""));

/** Dropped wherever they stand, as long as a name remains. */
export const TITLES = list(`dr drs doktor doctor prof professor professoressa profesor profesora dipl dipl-ing dr-ing dr-phil dr-med dipling diplom dipl-kfm dipl-inf phd msc bsc mba meng beng mphil llm llb phdr rndr mudr judr mvdr paeddr mgr
  mr mrs ms mx miss mister herr frau fraulein monsieur madame mme mlle sra srta senor senora signor signora sig sigra sir dame dott dottssa dottoressa avv univ habil
  hc mult hab inz priv-doz pd tekn cand dhr mevr mw hr fru fnu lnu rev reverend shri smt dra engr arch geom rag atty dato datuk datin bapak ibu dna
  г-н г-жа д-р др проф доктор профессор господин госпожа инж ктн дтн кэн дэн кмн дмн кфмн κ κα κος δρ καθ`);
/** Degrees only where they are written with a dot within: Peng is a name. */
export const DOTTED_TITLES = list("peng ceng ieng");
/** Degrees that are names unless they are written as degrees: Meng is no M.Eng. */
export const NAMELIKE_TITLES = list("meng beng");
/** Titles that are also names: dropped only before a dot, or when two words of a name remain. */
export const SHY_TITLES = list("ing eng mag sr fr don dona lic arq capt col gen maj sgt lt lord lady bc ir hon judge st pater fra er av sn sc rer nat med hj hjh khun");
/** After the name. */
export const SUFFIXES = list("phd md mba msc bsc ma ba bs ms dds esq cpa pmp csm cissp jd rn llm llb mphil csc drsc frcs pe obe mbe cbe fca aca cfa ret bsn ccie itil");
/** Same family, another person: told apart when both sides say it. */
export const GENERATIONS: Readonly<Record<string, string>> = { jr: "jr", jnr: "jr", junior: "jr", sr: "sr", snr: "sr", senior: "sr", ii: "ii", iii: "iii", iv: "iv", jun: "jr", sen: "sr", filho: "jr", neto: "neto" };
/** Says how somebody is employed, not who it is. */
export const STATUS = list(`ext extern externe externer external externo externa esterno esterna ekstern eksternal contractor contractors consultant consulting consultancy temp temporary intern internal interim interne trainee
  student werkstudent praktikant praktikum azubi freelancer freelance freiberufler partner vendor supplier guest gast invite invitado ospite inactive inaktiv deactivated disabled deleted former ex left retired onsite offshore nearshore fixed-term
  remote parttime teilzeit staff employee mitarbeiter user cw ctr cntr outsourced agency subcontractor prestataire stagiaire stagista becario terceiro terceirizado subco внешний подрядчик стажер`);
/** Of them those that are surnames as well: beside a single other word they are. */
export const NAMELIKE_STATUS = list("gast guest left student partner intern temp staff former");
/** Why somebody's account rests: such words stand in brackets only, for outside they are names. */
export const ABSENCES = list("unlicensed ausgeschieden leave absence sabbatical elternzeit karenz mutterschutz parental maternity zewn zewnetrzny terminated suspended locked gesperrt resigned pensioned jubilado inactif inactivo inattivo inativo nieaktywny she her he him they them x уволен уволена");
/** Departments that a name may have behind it. Some are an account of a machine where they stand alone. */
export const DEPARTMENTS = list("it hr qa rd r&d pr legal sales finance marketing logistics procurement purchasing accounting controlling engineering production compliance audit treasury payroll security operations support devops helpdesk servicedesk vertrieb einkauf personal buchhaltung recht produktion entwicklung");
/** Legal forms: a tag with one of these names a company. */
export const COMPANIES = list("gmbh ag kg se inc ltd llc llp corp corporation company co plc sa sas sarl srl spa bv nv oy ab as aps sro zoo spzoo kft pty pvt limited group holding consulting solutions systems services technologies technology software labs");

/** Of them those that are names as well: they are written in capitals, where the name is not. */
export const NAMELIKE_COMPANIES = list("sa se as ag co ab oy nv sas spa");
/** Generations that are names as well where a single other word stands beside them. */
export const NAMELIKE_GENERATIONS = list("junior senior filho neto");

/** Written small and drawn to the word after them. */
export const PARTICLES = list("van von vom zu zum zur den der de del dela delos della delle dello dei degli di da do dos das du des la las le les lo los el al ul bin ibn bint binti binte bte bt ben abu abd ter ten te af av y e i ou mac mc fitz ni nic st saint san santa aus op 't vander vanden");
/** Particles that only join: without them it is the same surname. */
export const LOOSE_PARTICLES = list("van von vom zu zum zur den der de del della delle dello dei degli di da do dos das du des la las le les lo los el al ul bin ibn bint binti binte bte bt ter ten te af av y e aus op");
/** Of them those that nobody is called: before two more words they open a surname that stands first, also where all words have capitals. */
export const OPENERS = list("el al bin ibn bint binti binte bte abu von vom zum zur van del dela delos della delle dello dei degli da das dos de di des ter ten te");
/** Of them those that open given names as well: El Hadji, Al Amin, Abu Bakar. */
export const NAMELIKE_OPENERS = list("el al abu da de di");
/** "Son of", "daughter of": written small between two names it may be there or not. "Bin Rashid" is a surname. */
export const FILIATIONS = list("bin bint binti binte bte bt");
export const VIETNAMESE = list("nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh truong trinh mai dao lam luong doan quach phung luu kieu tang cao ta to nghiem diep vuong trieu");

/** Surnames of people who mostly bear two and often write one: of others a second surname is somebody else's until a person says so. */
const IBERIAN = list(`garcia lopez martin moreno romero alonso navarro torres ramos gil serrano blanco molina morales ortega delgado castro rubio marin sanz iglesias medina garrido cortes castillo santos lozano guerrero cano prieto cruz calvo
  gallego vidal leon herrera pena flores cabrera campos vega fuentes carrasco reyes caballero nieto aguilar pascual santana herrero lorenzo montero hidalgo ferrer duran santiago mora vargas arias carmona crespo roman pastor soto velasco moya
  soler parra esteban bravo gallardo rojas melo franco xavier maia pinho reis barros braga macedo moraes morais albuquerque nogueira batista saraiva moura freitas dias andrade azevedo machado marinho amaral abreu aguiar assuncao brito cabral camargo cavalcanti couto dantas duarte farias
  furtado goulart guimaraes lacerda leite loureiro magalhaes maciel medeiros mendonca mesquita miranda nascimento pacheco paiva peixoto pimenta pimentel pinheiro queiroz ramalho resende rezende sampaio sequeira siqueira trindade vasconcelos veloso viana vilela
  aguirre alarcon alvarado avila ayala barrera bernal bustamante calderon camacho cardenas carrillo contreras cordero cordoba corona correa davila elizondo escamilla escobar espinosa espinoza estrada figueroa galindo galvan gamboa granados huerta hurtado ibarra
  lara leiva llamas lucero lugo luna macias maldonado mata mena mercado meza montoya murillo najera navarrete ochoa ojeda orozco osorio padilla palacios pantoja peralta pineda ponce portillo quintana quintero rangel rincon rios rivas rivera robledo rosado rosas
  ruelas saavedra salas salcedo salgado salinas sandoval sarabia segura sepulveda serna solano solis sosa tapia tejada toledo tovar trejo trujillo urbina uribe valencia valle vela vera villa villalobos villanueva villarreal zamora zapata zavala zuniga bolanos
  silva ferreira pereira oliveira costa martins jesus sousa souza lima araujo barbosa goncalves almeida ribeiro pinto carvalho teixeira moreira correia vieira monteiro cardoso rocha coelho cunha simoes matos fonseca acosta mejia guzman salazar quispe rosales
  gomes mendes lopes fernandes alves nunes pires antunes guedes esteves soares tavares chaves neves menezes meneses bezerra bastos baptista bernardes bittencourt borges brandao caldas caldeira camara carneiro castanheira cerqueira chagas conceicao cordeiro coutinho diniz domingues dutra evangelista
  falcao feitosa ferraz figueiredo fontes fraga freire galvao gaspar gouveia guerreiro henriques leal leitao lemos lobo loureiro lourenco madeira mascarenhas mattos mello mota motta muniz novaes novais paes palmeira parente parreira pedrosa penha pessoa portela prates quaresma queiros rabelo rebelo ribas sa saldanha sales salgueiro
  salles sardinha seabra seixas serra serrao severo simao sobral souto tavora teles telles valadares valente vaz ventura viegas vilar amorim barreto bento garces`);
/** Of Spanish ones the second is left out, of Portuguese ones either. */
const SPANISH = list(`abeyta abrego acevedo acuna adame adorno aguayo aguero aguilera alanis alba alcala alcantar alcantara alfaro alicea almonte altamirano alva amador amaya anaya andrada anguiano angulo aparicio apodaca aponte aragon arana aranda arango arce archuleta arellano arenas arevalo arguello
  armas armenta armijo arreola arriaga arroyo arteaga atencio badillo baeza bahena balderas ballesteros banda barajas barragan barraza barrientos barrios bautista becerra bejarano beltran benavides berrios betancourt betancur bonilla borrego botello bueno burgos bustos caban cabello cadena camarena camarillo canales
  cantu caraballo carbajal cardona carranza carreno carrera carrero carreon casanova casares casas cascante casillas castaneda castellano castellanos cavazos ceballos cedeno cedillo centeno cepeda cervantes chacon chapa chavarria cisneros coello collado collazo colunga concepcion corral corrales cornejo coronado corona
  covarrubias cuellar curiel davalos deleon delarosa delatorre delgadillo delrio delvalle duenas dorado echeverria escalante escobedo escribano esparza espinal espino esquivel fajardo fierro figueredo frias gaitan galarza gallegos galeano gaona garay gaytan giron godoy granado granados guajardo guerra guevara guillen
  guerrero heredia holguin hinojosa infante irizarry jaimes jaramillo jasso jurado laboy ledesma lemus lerma leyva limon linares lira loera longoria lopera loya lozada lujan luque machuca madera madrid madrigal maestas magana manzanares mares marrero marroquin mascarenas maya mayorga medrano melgar menchaca mesa mojica monroy
  montalvo montemayor montenegro monterroso montes mosquera moran munguia muro naranjo narvaez nava navas negrete negron nino noriega obando ocampo ocasio olivas olivera olivo olmos olvera ontiveros oquendo orellana ornelas oropeza orosco orta osuna otero ozuna pabon padron pagan palomino palomo partida patino pedraza pedroza pelayo
  perales perea pineiro pizarro plascencia polanco porras posada posadas prado preciado puente puga pulido quezada quinones quiroga rascon rebollo regalado rendon renteria resendez reynoso riojas roa robles rodarte rojo rolon rosario rueda ruvalcaba saiz salcido saldana saldivar sanabria sandoval santacruz santamaria santillan santoyo
  sarmiento sauceda saucedo segovia sedillo sevilla sierra sisneros solorio solorzano sotelo suarez tafoya tamayo tejeda tello teran tirado toro toribio trevino urena urrutia valadez valdes valdivia valdovinos valenzuela valero valladares valverde vanegas varela velarde vergara verduzco viera vigil villagomez villasenor villegas ybarra
  zambrano zaragoza zarate zayas zepeda zuluaga
  abascal abella abellan acedo aguado agudo aguila aguilo agullo agusti alamo alberdi albero alberola alcazar alcolea alemany aliaga almagro almansa almazan alsina amores amoros anglada anguita aragones aramburu arcos arino ariza arjona aroca arranz arregui arribas arrieta artigas asenjo asensio
  atienza aviles ayllon ayuso azcona aznar azorin baena balaguer ballester banos baquero barcelo barcena barral barranco barreda barrena barriga barroso bastida bauza bayon bayona bellido belmonte benavent benavente berenguer bermejo berrocal bertran bilbao blanes blasco boada borrell botella briones
  buendia busquets cabanas cabanillas cabezas cabrero caceres cadenas calatayud calleja calzada campillo campoy canals canas canellas canet canete canizares canovas cantero canton caparros capdevila carbajo carballo carbonell carpio carreras carretero carrion carro carvajal casado casanovas castejon
  castrillo catala cazorla cerdan cerezo cervera cespedes chamorro checa cifuentes cobos codina colomer conesa corbacho corominas cozar cuadrado cuenca cuesta cueto domenech donaire echevarria elorza escalona escolano escriva escudero espejo exposito fabregas fabregat farre feijoo feliu ferrando
  ferreras figueras figuerola folch fortuny frutos fuertes gabaldon galan gallart garate garmendia garriga garzon gelabert gibert gilabert gimeno giralt girona goicoechea gomila gomis gordillo guardiola guijarro guitart herranz hervas hervia higueras hoyos huertas huguet iborra iniesta iriarte isern
  izaguirre izquierdo jauregui jodar larranaga larrea lillo llabres llado llanos lledo llobet llopis llorens llorente lloret lluch losada lucena lumbreras manjon manrique manzano marmol martorell mascaro mateos mayol melero mendizabal millan miralles monreal montalban montesinos moraleda morante
  morata morcillo morell morera morillo mugica murcia nadal noguera novoa ocana olivares oliveras olmedo ortuno pallares palomar palomares paniagua pavon pazos pedrero peinado peiro pellicer penalver penas perello perera pinedo pinilla pinol piquer pomares pombo pozuelo priego pujadas pujol quero
  quesada quevedo quintanilla quiros ramis reguera requena revilla ribera riera ripoll riquelme rivero rocamora rodenas ropero rossello roura rovira rozas ruano sacristan saenz sainz salmeron sanjuan sanmartin sanmiguel saura sedano segarra solera solsona somoza soriano sureda taboada talavera tamarit
  tejedor tejera tenorio teruel tormo torralba torrecilla torrens torrents torrijos trillo tudela ugarte uriarte valbuena valcarcel valderrama valenciano valera vallejo valles vaquero vendrell verdejo verdu verdugo vilalta vilaplana villalba villalonga villaverde villena vinas vizcaino yuste zabala
  zabaleta zamorano zorrilla zurita`);
const IBERIAN_ENDING = /(?:[aeio]z|[aeo]es|[uü]es)$/;
export const isSpanish = (word: string): boolean => word.endsWith("z") || SPANISH.has(word);
export const isIberian = (word: string): boolean => IBERIAN.has(word) || SPANISH.has(word) || (word.length > 3 && IBERIAN_ENDING.test(word));

/** Accounts of machines and offices. They are compared as they stand and never with a person. */
const SERVICE = list(`svc srv service services serviceaccount bot robot admin administrator administrators adm root system sys daemon jenkins hudson gitlab github bitbucket teamcity bamboo sonar sonarqube artifactory nexus automation automated automat auto
  noreply no-reply donotreply mailer postmaster webmaster helpdesk servicedesk support info build builder builds buildagent deploy deployer deployment integration integrations synchronizer sync connector bridge api apiuser monitor monitoring nagios zabbix prometheus splunk
  backup batch scheduler cron job jobs queue worker agent ci cd cicd pipeline runner technical techuser technischer tech dienst dienstkonto systemuser sysuser sysadmin serviceuser funktionskonto testuser tester test tests qa-test dummy anonymous nobody guestuser readonly default
  account postgres oracle sqlserver mysql jira octane confluence servicenow azure devops alm scan scanner import importer export migration workflow notification notifications alerts alert team-account shared mailbox postfach unassigned unknown application app webhook webservice ldap sso scim dl verteiler`);
const SERVICE_SHAPE = /^(?:svc|srv|sa|bot|adm|admin|sys|tech|app|api|test|priv)[-_.]\S|^[at][-_]\S|[-_.](?:svc|srv|bot|adm|admin|sa|ci|test|service|sys|priv|robot|api)\d*$|^(?:svc|srv)[a-z]{2,}|(?:bot|svc)$(?<=[-_. ](?:bot|svc))|\$$/;

/** The words of accounts of machines and offices, and of their shapes. */
export const serviceWords = (): Iterable<string> => SERVICE_WORDS;
const SERVICE_WORDS = new Set([...SERVICE, "sa", "adm", "priv"]);
export const isServiceWord = (word: string): boolean => SERVICE_WORDS.has(word);

/** Before the name somebody had: written small, for Nee and Geb are names. */
export const FORMERLY = list("née nee geb geborene formerly fka vormals ehemals урожд урожденная");

/** Whether a word is, or may be, anything but a name: only then a name needs a closer look. */
export const isAround = (word: string): boolean => AROUND.has(word);
/** All of them. */
export const aroundWords = (): Iterable<string> => AROUND;
const AROUND = new Set([TITLES, SHY_TITLES, SUFFIXES, STATUS, COMPANIES, DEPARTMENTS, PARTICLES, FILIATIONS, SERVICE, FORMERLY, new Set(Object.keys(GENERATIONS))].flatMap((set) => [...set]));

/** Surnames that are also such words: they count only in a login. */
const ALSO_SURNAMES = list("jobs job root bridge worker agent tech page scan batch azure jenkins hudson runner builder");

/** gary.hudson and paulo.sa are people as long as nothing says that they build. */
const NAMELIKE_ACCOUNT = new RegExp(`^([a-z]{3,})[._](?:sa|${[...ALSO_SURNAMES].join("|")})[0-9]*$`);
const NO_GIVEN_NAMES = list("prod dev int uat stage staging team corp main cloud web data app test local remote global");
const isNamelike = (text: string): boolean => {
  const first = NAMELIKE_ACCOUNT.exec(text)?.[1];
  return first !== undefined && !SERVICE.has(first) && !NO_GIVEN_NAMES.has(first);
};

/** Whether a login, name or mailbox belongs to a machine, a role or an office; `words` are its lower case words. */
export const isService = (text: string, words: readonly string[]): boolean => mayServe(text, words) && !isNamelike(text.toLowerCase());
const mayServe = (text: string, words: readonly string[]): boolean => words.some((word) => SERVICE.has(word) && !(words.length > 1 && text.includes(" ") && ALSO_SURNAMES.has(word))) || SERVICE_SHAPE.test(text.toLowerCase());

/** Whether a text in which this stands between two spaces, in lower case, may be that of one; `words` are those of it. */
export const mayBeService = (text: string, words: readonly string[]): boolean => words.some((word) => SERVICE.has(word)) || SERVICE_SHAPE.test(text);

/** Mailboxes of offices and teams by their first word. Whoever has one for an address is a person all the same, but the address says nothing of who. */
const OFFICES = list("office team teams qa lab sales contact hello hr marketing finance accounting billing purchasing procurement reception secretary sekretariat vertrieb einkauf buchhaltung zentrale personalabteilung kontakt empfang dev devs ops staff crew all everyone");
export const isOffice = (email: string): boolean => OFFICES.has(/^[a-z]*/.exec(email)?.[0] ?? "") || isServiceAccount(email.replace(/@.*$/, ""));

/** The same of a login or mailbox, which has no spaces. */
export const isServiceAccount = (account: string): boolean => mayServeAccount(account) && !isNamelike(account.toLowerCase());
const mayServeAccount = (account: string): boolean => {
  const text = account.toLowerCase();
  let start = 0;
  let parted = false;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if ((code > 96 && code < 123) || (code > 47 && code < 58) || code === 39) continue;
    if (code > 127 || code === 32) return isService(account, text.split(/[^\p{L}\p{N}']+/u).filter((word) => word !== ""));
    if (at > start && SERVICE.has(text.slice(start, at))) return true;
    parted ||= code !== 0;
    start = at + 1;
  }
  return (parted || text.startsWith("s")) && SERVICE_SHAPE.test(text);
};

/**
 * What people choose when they are asked for a password: the words that common passwords are made
 * of once digits, signs and leetspeak are taken away, and the famous long ones. In lower case.
 */
const words = `
aaron abc abcabc abcd abcde abcdef abgrtyu access account action adam adidas admin administrator
adobe adrian agent airborne airplane alabama alaska albert alberto alejandra alejandro alex
alexander alexandra alexis alfred alice alicia alison allison alpha alphabet always amanda amateur
amazing amazon amber america american amigo amigos anakin andrea andrew android angel angela
angelica angelo angels angie animal anita anna annie anthony antonio apache apollo apple apples
april aquarius archer arctic ariana ariel arizona arsenal arthur asdasd asdf asdfasdf asdfgh
asdfghjkl ashley ashton asterix athena atlanta atlantis auburn august austin autumn avatar awesome
azerty azertyuiop babe babies baby babyboy babydoll babygirl bacon badboy badger bailey balance
baller balloon banana bananas bandit barbara barbie barcelona barney barry baseball basket
basketball bastard batman battle beach bear bears beatles beautiful beauty beaver because beckham
beer bella benjamin berlin bernard bigboy bigdaddy bigdog billy bingo bird birdie birthday biscuit
bishop black blackbird blackcat blackjack blacky blade blaster blessed blessing blink blizzard
blonde blondie blood blowfish blue bluebird bluesky bobby bond bonjour bonnie boobies booboo
booger boogie boomer boston bowling bradley branch brandon brandy brasil brazil breeze brenda
brian bridge bright britney broncos brooke brooklyn brother brown brownie browns bruno brutus
bubba bubble bubbles buddha buddy budlight buffalo buffy bulldog bulldogs bullet bullshit bunny
business buster butter butterfly butthead button caesar calvin camaro camera cameron canada candy
captain cardinal carlos carmen carolina caroline carpet carrie carter casey casper catalina catch
catherine catholic cecilia celtic celtics center central challenge champ champion champions chance
change changeit changeme changethis channel charger charles charlie charlotte cheese chelsea
cherokee cherry chester chevy chicago chicken chicks chiefs china chipper chocolate chopper chris
christ christian christina christine christmas christopher chronic chuck cinderella claire classic
claudia cleopatra clinton clover cobra cocacola coffee college colombia colorado columbia comein
comet company compaq computer concord connect connie control cookie cookies cooler cooper copper
corona correcthorsebatterystaple corvette cosmos cougar counter country courage courtney cowboy
cowboys coyote crazy cream creative cricket cristina cristo crystal cupcake custom cutie cynthia
daddy daisy dakota dallas damian damien dance dancer danger daniel daniela danielle danny darkness
darling data database dave david dawson death december default defender delta demo demon denise
dennis denver derek desert design desiree destiny devil dexter diablo diamond diamonds diana diego
diesel digital dirty discovery disney doctor dodgers dog doggie doggy dolphin dolphins domino
donald donkey donna doobie dorothy douglas dragon dragonball dragons dream dreamer dreams driver
ducati duke duncan dustin dylan eagle eagles earth easter eclipse eddie edward einstein elaine
electric elefante element elephant elizabeth ellie elvis emerald emily eminem emma empire energy
england enter enterprise eric erica erotic estrella eternity eugene europe everton example
excalibur explorer extreme fabulous facebook faith falcon family fantasy fashion father february
felipe felix fender fernando ferrari fiesta fighter finger fire fireball firebird firefox fireman
first fish fishing flamingo flash florida flower flowers fluffy flyers football ford forest
forever formula fortune foster fountain foxtrot france frances francis francisco frank frankie
franklin freak fred freddie freddy free freedom freeman french friday friend friends friendship
frog froggy fuck fucker fuckoff fuckyou future gabriel gabriela galaxy gambit games gandalf garden
garfield gateway gators gemini general genesis genius george georgia german germany getout ghost
giants gibson ginger giovanni girl giuseppe gizmo gladiator glitter global gloria godfather
godzilla gold golden goldfish golf golfer good goodluck google gordon gorilla grace grandma
grateful green greenday gregory griffin guardian guest guitar gunner hacker hahaha hallo hammer
hannah hannover happy happyday harley harmony harold harrison harry harvard harvey hawaii hawkeye
heart hearts heather heaven helen hello hellohello hellokitty helloworld helpme hendrix henry
hercules hermosa hockey holiday hollywood homer honda honey hooters hope horse horses hotdog
hotmail hottie house houston howard hummer hunter hunting icecream iceman idontknow iforgot iguana
iloveme ilovemyself iloveu iloveyou iloveyousomuch imagine impala india indian indiana indigo
infinity inside insomnia instagram inter internet ireland ironman isabel isabella israel italia
italy jack jackass jackie jackson jacob jaguar jamaica james janice january japan jasmine jason
jasper java javier jazz jeffrey jennifer jenny jeremy jerome jerry jesse jessica jester jesus
jesuschrist jesuslovesme jimmy joanna johanna john johnny johnson jonathan jordan jorge joseph
joshua journey joyce juggalo julia julian juliana julie juliet july june junior jupiter justice
justin karen karina katherine kathleen katie katrina keith kelly kelsey kennedy kenneth kermit
kevin killer killers kimberly king kingdom kingkong kings kissme kitten kittens kitty knight
knights kristen kristina labrador lacrosse ladies lakers lambert larry laser laura lauren lawrence
legend legolas lemon leonard leonardo leslie letmein letmeinnow liberty life light lightning
lincoln linda lindsay lion lions lisa little liverpool lizard lizzie logan login logitech lola
london lonely looking lorenzo losangeles loser louis louise love loveis loveislife lovelove lovely
loveme lover loverboy lovers loveyou loving lucas lucky lucy luna mackenzie madison madonna madrid
maggie magic magnum mailbox majestic malcolm manager manchester manchesterunited mango manuel
marcus margaret maria mariah mariana marie marina marine marines mario marion mariposa marlboro
marley marshall martha martin martina marvin mary master masterkey masters matrix matthew maverick
maxwell melanie melissa mellon member memphis mercedes mercury merlin message messenger metal
metallica mexico miami michael michaela michele michelle michigan mickey mickeymouse microsoft
midnight mike miller million mine minecraft minnie miracle miranda mission mister mistress misty
mobile mohamed mohammed molly monday money monica monique monkey monkeys monster monsters montana
montreal moomoo moon moonlight moose morgan morning morpheus moscow mother motorola mountain movie
mozart muffin murphy music mustang mylove mypass mypassword myself myspace mystery naked napoleon
naruto nascar natalia natalie natasha nathalie nathan nature naughty navy nelson nemesis neptune
netflix network newcastle newlife newpass newpassword newport newyork nicholas nicole ninja
nintendo nirvana nissan nokia nopassword norman nothing november nugget number ocean october
office offline oldpassword oliver olivia omega online open opensesame operator orange orchid
oregon original orlando oscar outlaw oxford pacific packard packers palermo pamela panda pantera
panther panthers papa paradise paris parker pass passion passme passphrase passport passw passwd
password passwordpassword passwords passwort patches patricia patrick patriots paulina peace
peaches peanut pearl pebbles peekaboo pencil penelope penguin penny people pepper peppers pepsi
perfect peter phantom philip phillip phoenix phone photo picasso pickle picture pierre pikachu
pimpin pink pinky pioneer pippin pirate pirates pizza planet platinum playboy player playstation
please poiuyt pokemon police polina poohbear pookie popcorn popeye porsche portugal potato power
powers precious predator premier president presto preston prince princes princesa princess private
professor profile program prometheus protect puppies puppy purple pussycat pyramid qazwsx
qazwsxedc qwaszx qweasd qweasdzxc qweqwe qwer qwert qwerty qwertyqwerty qwertyui qwertyuiop rabbit
rachel racing raider raiders rainbow rainbows raistlin ramona ranger rangers raptor rascal raymond
realmadrid rebecca rebel redbull reddog redneck redsox redwings reggie regina renegade republic
reset restart ricardo richard rider robert roberto robin robinhood robinson rock rocket rockstar
rocky rodrigo rolltide romance romeo ronaldo rooster root rosario rose rosebud roses rosie router
royal runner running rush russell russia sabrina saint saints sakura sally salvador samantha sammy
samson samsung samuel sanchez sandra sandy santa santiago santos sapphire sarah sasha satan
saturday saturn savannah scarface scarlet school science scooby scooter scorpio scorpion scotland
scott scotty seattle sebastian secret secrets secure security september sergio service sesame
seven severin sexy shadow shadows shannon sharon shaun sheena shelby sherry shopping shorty
shotgun sierra silver simon simone simple simpson simpsons single skater skippy skyline skywalker
slayer slipknot smile smiley smith smokey smoothie snake snapple snickers sniper snoopy snow
snowball snowflake snowman soccer sofia softball software soldier somebody something sonic sophia
sophie southern spanish spanky sparky spartan special speedy spencer spider spiderman spirit
spitfire sponge spongebob spooky sport sports spring sprite squirrel stalker standard stanley star
stargate stars start starting starwars station stealth steelers stefan stella stephanie stephen
steve steven stevens stewart storm strawberry strength strong student stupid success sugar summer
summertime sundance sunday sunflower sunny sunrise sunset sunshine super superman supernatural
supersecret superstar superuser support surfer survivor susan suzanne sweet sweetheart sweetie
sweetness sweetpea swimming switzerland swordfish sydney sylvia symphony system tanner tarzan
taurus taylor teacher teddy teddybear teens telephone temp temporal temporary tennessee tennis
tequila teresa test tester testing testpass testtest texas thankyou thebest theman theone therock
thisisapassword thisismypassword thomas thuglife thunder thursday tiffany tiger tigers tigger time
timothy tinker tinkerbell titanic titans tomato tommy toor topgun topsecret toronto toshiba
tottenham toyota tractor trading traffic transformers travel travis trinity trooper trouble
trucker true trumpet trustme trustno trustnobody trustnoone tucker tuesday turbo turtle tweety
twilight twister tyler undertaker unicorn unique united universe unknown upload user username
valentin valentina valentine valeria vampire vampires vanessa vanilla vegas velvet venice venus
vermont veronica victor victoria victory vienna viking vikings vincent violet viper virginia
vision vladimir volcano volleyball voodoo voyager wallace walter warcraft warhammer warrior
warriors washington water watermelon weasel wednesday weekend welcome welcomeback welcomehome
welcometo wendy western whatever white whitney wicked wildcat wildcats william williams willie
willow wilson windows windsurf winner winners winnie winston winter wisdom wizard wolf wolverine
wolves woman wonder wonderful woody world wrestling wright wrinkle xavier xbox yamaha yankee
yankees yellow yesterday yoda young yourmom zachary zaq zaqwsx zebra zenith zeppelin zidane zombie
zxcv zxcvbn zxcvbnm
`

export const commonWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/))

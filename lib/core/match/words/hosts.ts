// Hosts where anybody may have a mailbox: a number in it says nothing of namesakes in a company.

const ANY_COUNTRY = "gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|rocketmail|aol|icloud|gmx|proton|protonmail|yandex|rediffmail|naver|daum|hanmail|sina|sohu|qq|163|126|rambler|freemail|seznam|laposte|libero|virgilio|tiscali|bluewin";
const ONE_COUNTRY = "(?:me|mac)\\.com|mail\\.(?:ru|com|ee)|(?:bk|inbox|list|ya)\\.ru|(?:web|t-online|freenet|arcor)\\.de|(?:o2|wp|onet|interia)\\.pl|(?:i|ukr)\\.(?:ua|net)|abv\\.bg|pm\\.me|(?:free|orange|wanadoo|sfr)\\.fr|alice\\.it|(?:uol|bol|terra)\\.com\\.br|(?:comcast|verizon)\\.net|btinternet\\.com";
const PUBLIC = new RegExp(`@(?:(?:${ANY_COUNTRY})\\.(?:[a-z]{2,4}|com?\\.[a-z]{2})|${ONE_COUNTRY})$`);

/** Of an address in small letters. */
export const isPublicHost = (email: string): boolean => PUBLIC.test(email);

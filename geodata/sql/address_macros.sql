-- How names and house numbers of registers and deliveries are made comparable. Each macro applied to its own result changes nothing.
-- name_key: of a street or place name. Case, accents, hyphens, dots, spaces do not count; ä, ö, ü, ß are ae, oe, ue, ss;
--   Straße, Strasse, Str. are str; Sankt, St. are st; a. d. is an der. Only a–z and 0–9 remain; '' is no name.
CREATE OR REPLACE TEMP MACRO name_key(name) AS
regexp_replace(
    replace(
        regexp_replace(
            regexp_replace(
                strip_accents(
                    replace(replace(replace(replace(lower(nfc_normalize(name)), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')
                ),
                '\ba\. ?d\.', 'ander', 'g'
            ),
            '[^a-z0-9]+', '', 'g'
        ),
        'sankt', 'st'
    ),
    'str(asse)+', 'str', 'g'
);

-- house_plain: whether number and addition need no reading (12 and '' or one letter): true for nearly all rows, and cheap.
CREATE OR REPLACE TEMP MACRO house_plain(number, addition) AS
regexp_full_match(number || '|' || addition, '[0-9]{1,5}[|][a-z]?');

-- house_text: number and addition as one text: lower case, no spaces, no dots, a long dash as a short one, no leading "nr".
-- An addition that the number ends with already is not said twice (12a with a); a number of a spreadsheet (12.0) loses its decimals;
-- digits behind a number stand behind a slash (12 1/2 is 12/1/2).
CREATE OR REPLACE TEMP MACRO house_text(number, addition) AS
regexp_replace(
    translate(
        regexp_replace(
            regexp_replace(lower(trim(number)), '\.0+$', '')
            || CASE
                WHEN regexp_full_match(trim(number), '.*[^0-9].*') AND ends_with(lower(trim(number)), lower(trim(addition))) THEN ''
                ELSE ' ' || lower(trim(addition))
            END,
            '([0-9]) +([0-9])', '\1/\2', 'g'
        ),
        '–—. ', '--'
    ),
    '^nr', ''
);

-- house_number: the first number of a house_text, null without one of 1 to 5 digits above 0.
CREATE OR REPLACE TEMP MACRO house_number(house) AS
nullif(try_cast(regexp_extract(house, '^([0-9]{1,5})([^0-9].*)?$', 1) AS integer), 0);

-- house_suffix: what follows the number. A range (12-14, 12a-c, 12-12b) is its first house; a slash in front does not count.
CREATE OR REPLACE TEMP MACRO house_suffix(house) AS
ltrim(regexp_replace(regexp_replace(house, '^[0-9]+', ''), '(-|bis)[0-9]*[a-z]?$', ''), '/');

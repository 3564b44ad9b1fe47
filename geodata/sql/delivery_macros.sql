-- How the words and numbers of a delivery are read. All take text; '' and null are no value.
-- delivery_number: a number with a dot or comma, null for anything else. No exponents, no signs but minus, no thousands.
CREATE OR REPLACE TEMP MACRO delivery_number(number) AS
CASE WHEN regexp_full_match(number, '-?[0-9]+([.,][0-9]+)?') THEN try_cast(replace(number, ',', '.') AS double) END;

-- delivery_speed_fault: why a speed cannot be read, null where it can. 1.000 may be one or a thousand: nobody can tell.
CREATE OR REPLACE TEMP MACRO delivery_speed_fault(number) AS
CASE
    WHEN regexp_full_match(number, '[0-9]{1,6}') THEN NULL -- nearly all: one look is enough
    WHEN regexp_full_match(number, '[1-9][0-9]{0,2}([.,][0-9]{3})+') THEN 'number_ambiguous'
    WHEN delivery_number(number) IS NULL OR delivery_number(number) NOT BETWEEN 0 AND 1e6 THEN 'not_a_speed'
END;

-- delivery_date: an ISO date or day.month.year, null for anything else.
CREATE OR REPLACE TEMP MACRO delivery_date(day) AS
CAST(
    CASE
        WHEN regexp_full_match(day, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN try_strptime(day, '%Y-%m-%d')
        WHEN regexp_full_match(day, '[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}') THEN try_strptime(day, '%d.%m.%Y')
    END AS date
);

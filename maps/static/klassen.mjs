// Classes and numbers as the Python pages write them. Pure: no page, no network.

/** The class of a value in hundredths of a percent: 0 … n−1; −1 for no data. */
export function classOf(value, bounds) {
  if (value === null || value === undefined) return -1;
  const percent = Math.min(Math.max(value, 0), 10000) / 100;
  let found = 0;
  while (found + 1 < bounds.length && bounds[found + 1] <= percent) found += 1;
  return found;
}

/** How many values fall into each class; the last number counts those without data. */
export function countClasses(values, bounds) {
  const counts = new Array(bounds.length + 1).fill(0);
  for (const value of values) {
    const found = classOf(value, bounds);
    counts[found < 0 ? bounds.length : found] += 1;
  }
  return counts;
}

/** A value in hundredths of a percent as the tables write it. */
export function percent(value, language, missing) {
  if (value === null || value === undefined) return missing;
  const text = (value / 100).toLocaleString(language === "de" ? "de-DE" : "en-GB", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    useGrouping: false,
  });
  return language === "de" ? `${text}\u00a0%` : `${text}%`;
}

/** An ISO date as German or English readers write it. */
export function date(iso, language) {
  const [year, month, day] = iso.split("-");
  if (language === "de") return `${day}.${month}.${year}`;
  return new Date(Date.UTC(+year, +month - 1, +day)).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

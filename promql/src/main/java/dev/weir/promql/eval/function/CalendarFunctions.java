package dev.weir.promql.eval.function;

/// Parts of the UTC date and time that a number of seconds since the epoch stands for.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": days are counted in eras of
/// 400 years that start on the first of March, so that the leap day is the last of its year.
///
/// Numbers that are no time have a date as well: Go's, in which Prometheus is written. What does
/// not fit into 64 bits becomes the smallest number that does, and the few years before
/// [#FIRST_YEAR] come after all others, as Go counts seconds since then without a sign.
public final class CalendarFunctions {
  private static final long SECONDS_A_DAY = 86_400;
  private static final long DAYS_TO_EPOCH = 719_468;
  private static final long DAYS_AN_ERA = 146_097;
  private static final long YEARS_AN_ERA = 400;

  /// The year in which Go begins to count, on the first of March.
  private static final long FIRST_YEAR = -292_277_022_400L;

  private static final long DAYS_FROM_FIRST_TO_EPOCH =
      -FIRST_YEAR / YEARS_AN_ERA * DAYS_AN_ERA + DAYS_TO_EPOCH;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private CalendarFunctions() {}

  private record Date(long year, int month, int day) {
    static Date of(double seconds) {
      long shifted = daysSinceEpoch(seconds) + DAYS_TO_EPOCH;
      long era = Math.floorDiv(shifted, DAYS_AN_ERA);
      long dayOfEra = shifted - era * DAYS_AN_ERA;
      long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
      int dayOfYear = (int) (dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
      int monthFromMarch = (5 * dayOfYear + 2) / 153;
      int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
      int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
      return new Date(yearOfEra + era * YEARS_AN_ERA + (month <= 2 ? 1 : 0), month, day);
    }

    boolean isLeapYear() {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
  }

  /// Seconds since the first day, without a sign.
  private static long secondsSinceFirst(double seconds) {
    return GoMath.toLong(seconds) + DAYS_FROM_FIRST_TO_EPOCH * SECONDS_A_DAY;
  }

  private static long daysSinceEpoch(double seconds) {
    return Long.divideUnsigned(secondsSinceFirst(seconds), SECONDS_A_DAY)
        - DAYS_FROM_FIRST_TO_EPOCH;
  }

  private static long secondOfDay(double seconds) {
    return Long.remainderUnsigned(secondsSinceFirst(seconds), SECONDS_A_DAY);
  }

  public static double year(double seconds) {
    return Date.of(seconds).year;
  }

  public static double month(double seconds) {
    return Date.of(seconds).month;
  }

  public static double dayOfMonth(double seconds) {
    return Date.of(seconds).day;
  }

  public static double dayOfYear(double seconds) {
    Date date = Date.of(seconds);
    int leapDay = date.month > 2 && date.isLeapYear() ? 1 : 0;
    return DAYS_BEFORE_MONTH[date.month - 1] + date.day + leapDay;
  }

  public static double daysInMonth(double seconds) {
    Date date = Date.of(seconds);
    return switch (date.month) {
      case 2 -> date.isLeapYear() ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /// 0 is Sunday.
  public static double dayOfWeek(double seconds) {
    // The epoch was a Thursday.
    return Math.floorMod(daysSinceEpoch(seconds) + 4, 7L);
  }

  public static double hour(double seconds) {
    long hour = secondOfDay(seconds) / 3600;
    return (double) hour;
  }

  public static double minute(double seconds) {
    long minute = secondOfDay(seconds) % 3600 / 60;
    return (double) minute;
  }
}

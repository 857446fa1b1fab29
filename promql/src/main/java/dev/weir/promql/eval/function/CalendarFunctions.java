package dev.weir.promql.eval.function;

/// Parts of the UTC date and time that a number of seconds since the epoch stands for.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": days are counted in eras of
/// 400 years that start on the first of March, so that the leap day is the last of its year.
public final class CalendarFunctions {
  private static final long SECONDS_A_DAY = 86_400;
  private static final long DAYS_TO_EPOCH = 719_468;
  private static final long DAYS_AN_ERA = 146_097;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private CalendarFunctions() {}

  private record Date(long year, int month, int day) {
    static Date of(double seconds) {
      long shifted = Math.floorDiv(GoMath.toLong(seconds), SECONDS_A_DAY) + DAYS_TO_EPOCH;
      long era = Math.floorDiv(shifted, DAYS_AN_ERA);
      long dayOfEra = shifted - era * DAYS_AN_ERA;
      long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
      int dayOfYear = (int) (dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
      int monthFromMarch = (5 * dayOfYear + 2) / 153;
      int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
      int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
      return new Date(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    boolean isLeapYear() {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
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
    return Math.floorMod(Math.floorDiv(GoMath.toLong(seconds), SECONDS_A_DAY) + 4, 7L);
  }

  public static double hour(double seconds) {
    long hour = Math.floorMod(GoMath.toLong(seconds), SECONDS_A_DAY) / 3600;
    return (double) hour;
  }

  public static double minute(double seconds) {
    long minute = Math.floorMod(GoMath.toLong(seconds), 3600L) / 60;
    return (double) minute;
  }
}

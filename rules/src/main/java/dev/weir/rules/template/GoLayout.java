package dev.weir.rules.template;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Go's time layouts: a picture of the reference time, Mon Jan 2 15:04:05 MST 2006.
final class GoLayout {
  private record Element(String picture, Function<ZonedDateTime, String> print) {}

  /// Longer pictures stand before those that they start with.
  private static final List<Element> ELEMENTS =
      List.of(
          new Element("January", t -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH)),
          new Element(
              "Jan", t -> name(t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH))),
          new Element(
              "Monday", t -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH)),
          new Element(
              "Mon", t -> name(t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH))),
          new Element("MST", GoLayout::zoneName),
          new Element("2006", t -> "%04d".formatted(t.getYear())),
          new Element("002", t -> "%03d".formatted(t.getDayOfYear())),
          new Element("__2", t -> "%3d".formatted(t.getDayOfYear())),
          new Element("_2", t -> "%2d".formatted(t.getDayOfMonth())),
          new Element("01", t -> "%02d".formatted(t.getMonthValue())),
          new Element("02", t -> "%02d".formatted(t.getDayOfMonth())),
          new Element("03", t -> "%02d".formatted(hourOfHalf(t))),
          new Element("04", t -> "%02d".formatted(t.getMinute())),
          new Element("05", t -> "%02d".formatted(t.getSecond())),
          new Element("06", t -> "%02d".formatted(t.getYear() % 100)),
          new Element("15", t -> "%02d".formatted(t.getHour())),
          new Element("1", t -> Integer.toString(t.getMonthValue())),
          new Element("2", t -> Integer.toString(t.getDayOfMonth())),
          new Element("3", t -> Integer.toString(hourOfHalf(t))),
          new Element("4", t -> Integer.toString(t.getMinute())),
          new Element("5", t -> Integer.toString(t.getSecond())),
          new Element("PM", t -> t.getHour() < 12 ? "AM" : "PM"),
          new Element("pm", t -> t.getHour() < 12 ? "am" : "pm"),
          new Element("Z07:00:00", t -> offset(t, true, ":", true)),
          new Element("Z070000", t -> offset(t, true, "", true)),
          new Element("Z07:00", t -> offset(t, true, ":", false)),
          new Element("Z0700", t -> offset(t, true, "", false)),
          new Element("Z07", t -> hours(t, true)),
          new Element("-07:00:00", t -> offset(t, false, ":", true)),
          new Element("-070000", t -> offset(t, false, "", true)),
          new Element("-07:00", t -> offset(t, false, ":", false)),
          new Element("-0700", t -> offset(t, false, "", false)),
          new Element("-07", t -> hours(t, false)));

  private GoLayout() {}

  static String format(String layout, ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < layout.length()) {
      int fraction = fractionEnd(layout, at);
      if (fraction > at) {
        out.append(fraction(layout.substring(at, fraction), time.getNano()));
        at = fraction;
        continue;
      }
      Optional<Element> element = elementAt(layout, at);
      if (element.isPresent()) {
        out.append(element.get().print().apply(time));
        at += element.get().picture().length();
      } else {
        out.append(layout.charAt(at));
        at++;
      }
    }
    return out.toString();
  }

  private static Optional<Element> elementAt(String layout, int at) {
    for (Element element : ELEMENTS) {
      if (layout.startsWith(element.picture(), at)) {
        // "Janus" is no month, and "_2006" is an underscore and a year.
        boolean word =
            element.picture().equals("Jan")
                && at + 3 < layout.length()
                && Character.isLowerCase(layout.charAt(at + 3));
        boolean year = element.picture().equals("_2") && layout.startsWith("_2006", at);
        if (!word && !year) {
          return Optional.of(element);
        }
      }
    }
    return Optional.empty();
  }

  /// The end of `.000` or `,999`, which stand for parts of a second if no digit follows.
  private static int fractionEnd(String layout, int at) {
    char c = layout.charAt(at);
    if ((c != '.' && c != ',') || at + 1 >= layout.length()) {
      return at;
    }
    char digit = layout.charAt(at + 1);
    if (digit != '0' && digit != '9') {
      return at;
    }
    int end = at + 1;
    while (end < layout.length() && layout.charAt(end) == digit) {
      end++;
    }
    boolean digitFollows = end < layout.length() && Character.isDigit(layout.charAt(end));
    return digitFollows ? at : end;
  }

  private static String fraction(String picture, int nanos) {
    int digits = Math.min(9, picture.length() - 1);
    String text = "%09d".formatted(nanos).substring(0, digits);
    if (picture.charAt(1) == '9') {
      text = text.replaceAll("0+$", "");
      return text.isEmpty() ? "" : picture.charAt(0) + text;
    }
    return picture.charAt(0) + text;
  }

  private static String name(String full) {
    return full.substring(0, 3);
  }

  private static int hourOfHalf(ZonedDateTime time) {
    int hour = time.getHour() % 12;
    return hour == 0 ? 12 : hour;
  }

  private static String zoneName(ZonedDateTime time) {
    if (time.getZone().equals(ZoneOffset.UTC)) {
      return "UTC";
    }
    if (time.getZone() instanceof ZoneOffset) {
      // A zone without a name is called by its offset, as short as possible.
      String text = offset(time, false, "", false);
      return text.endsWith("00") ? text.substring(0, 3) : text;
    }
    return DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time);
  }

  private static String offset(
      ZonedDateTime time, boolean zulu, String separator, boolean withSeconds) {
    int seconds = time.getOffset().getTotalSeconds();
    if (zulu && seconds == 0) {
      return "Z";
    }
    int magnitude = Math.abs(seconds);
    String text =
        "%s%02d%s%02d"
            .formatted(seconds < 0 ? "-" : "+", magnitude / 3600, separator, magnitude / 60 % 60);
    return withSeconds ? "%s%s%02d".formatted(text, separator, magnitude % 60) : text;
  }

  private static String hours(ZonedDateTime time, boolean zulu) {
    String text = offset(time, zulu, "", false);
    return text.equals("Z") ? text : text.substring(0, 3);
  }
}

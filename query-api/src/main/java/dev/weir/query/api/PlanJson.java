package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.promql.query.PlanNode;
import dev.weir.promql.query.PlanNode.Reading;
import java.io.IOException;

/// How a query was evaluated, as a tree. Times are in seconds, of all threads together.
///
/// ```
/// {"expression":"sum(up)","action":"added up block by block, groups held","steps":1,"series":1,
///   "seconds":0.00001,"reads":[],"parts":[{"expression":"up","action":"latest samples",…,
///     "reads":[{"matchers":"{__name__=\"up\"}","start":0,"end":300,"hint":"sum","groups":3,
///       "series":3,"samples":60,"findSeconds":0.0002,"readSeconds":0.0001}],"parts":[]}]}
/// ```
final class PlanJson {
  private static final double NANOS = 1e9;

  private PlanJson() {}

  static void write(JsonGenerator json, PlanNode node) throws IOException {
    json.writeStartObject();
    json.writeStringField("expression", node.expression());
    json.writeStringField("action", node.action());
    json.writeNumberField("steps", node.steps());
    json.writeNumberField("series", node.series());
    json.writeNumberField("seconds", node.nanos() / NANOS);
    json.writeArrayFieldStart("reads");
    for (Reading reading : node.readings()) {
      write(json, reading);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("parts");
    for (PlanNode part : node.parts()) {
      write(json, part);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Reading reading) throws IOException {
    json.writeStartObject();
    json.writeStringField("matchers", reading.matchers());
    json.writeFieldName("start");
    json.writeNumber(QueryValueJson.seconds(reading.startMillis()));
    json.writeFieldName("end");
    json.writeNumber(QueryValueJson.seconds(reading.endMillis()));
    json.writeStringField("hint", reading.hint());
    json.writeNumberField("groups", reading.groups());
    json.writeNumberField("series", reading.series());
    json.writeNumberField("samples", reading.samples());
    json.writeNumberField("findSeconds", reading.findNanos() / NANOS);
    json.writeNumberField("readSeconds", reading.readNanos() / NANOS);
    json.writeEndObject();
  }
}

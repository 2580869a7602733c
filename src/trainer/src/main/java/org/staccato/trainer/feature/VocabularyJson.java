package org.staccato.trainer.feature;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes and reads a vocabulary as JSON, as the documentation of the weight file describes it. */
public final class VocabularyJson {
  private static final JsonFactory JSON = new JsonFactory();

  private VocabularyJson() {}

  /**
   * Writes a vocabulary.
   *
   * @param vocabulary the vocabulary
   * @return one line of JSON
   */
  public static String write(FeatureVocabulary vocabulary) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("item", vocabulary.item());
      json.writeArrayFieldStart("columns");
      for (FeatureField field : vocabulary.fields()) {
        json.writeStartObject();
        json.writeStringField("column", field.column());
        switch (field) {
          case FeatureField.Terms terms -> {
            json.writeStringField("separator", terms.separator());
            json.writeArrayFieldStart("terms");
            for (String term : terms.terms().keySet()) {
              json.writeString(term);
            }
            json.writeEndArray();
          }
          case FeatureField.Buckets buckets -> {
            json.writeArrayFieldStart("centres");
            for (double centre : buckets.centres()) {
              json.writeNumber(centre);
            }
            json.writeEndArray();
          }
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  /**
   * Reads a vocabulary.
   *
   * @param text the text that {@link #write} returned
   * @return the vocabulary
   * @throws IllegalArgumentException if it is another text
   */
  public static FeatureVocabulary read(String text) {
    try (JsonParser json = JSON.createParser(text)) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      require("item".equals(json.nextFieldName()));
      String item = string(json);
      require("columns".equals(json.nextFieldName()));
      require(json.nextToken() == JsonToken.START_ARRAY);
      List<FeatureField> fields = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        require("column".equals(json.nextFieldName()));
        fields.add(field(string(json), json));
        require(json.nextToken() == JsonToken.END_OBJECT);
      }
      require(json.currentToken() == JsonToken.END_ARRAY);
      require(json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null);
      return new FeatureVocabulary(item, fields);
    } catch (IOException e) {
      throw new IllegalArgumentException("vocabulary of item features: " + e.getMessage(), e);
    }
  }

  private static FeatureField field(String column, JsonParser json) throws IOException {
    String member = String.valueOf(json.nextFieldName());
    if (member.equals("separator")) {
      String separator = string(json);
      require("terms".equals(json.nextFieldName()));
      require(json.nextToken() == JsonToken.START_ARRAY);
      List<String> terms = new ArrayList<>();
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        terms.add(json.getText());
      }
      require(json.currentToken() == JsonToken.END_ARRAY);
      return FeatureField.Terms.of(column, separator, terms);
    }
    require(member.equals("centres"));
    require(json.nextToken() == JsonToken.START_ARRAY);
    List<Double> centres = new ArrayList<>();
    while (json.nextToken().isNumeric()) {
      double centre = json.getDoubleValue();
      require(Double.isFinite(centre) && (centres.isEmpty() || centre > centres.getLast()));
      centres.add(centre);
    }
    require(json.currentToken() == JsonToken.END_ARRAY);
    return new FeatureField.Buckets(
        column, centres.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static String string(JsonParser json) throws IOException {
    require(json.nextToken() == JsonToken.VALUE_STRING);
    return json.getText();
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException(
          "vocabulary of item features: found another structure, expected the columns with their"
              + " terms or centres");
    }
  }
}

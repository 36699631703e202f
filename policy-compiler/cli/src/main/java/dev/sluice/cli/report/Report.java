package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.JsonNode;

/// What a command found out, in words for people and as data for programs.
public interface Report {

  /// Writes it for people.
  void writeTo(Page page);

  /// The same as data; its form is fixed by a JSON Schema.
  JsonNode toJson();
}

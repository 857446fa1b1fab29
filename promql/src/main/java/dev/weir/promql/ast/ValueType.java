package dev.weir.promql.ast;

/// What an expression evaluates to.
public enum ValueType {
  SCALAR("scalar", "scalar"),
  STRING("string", "string"),
  INSTANT_VECTOR("vector", "instant vector"),
  RANGE_VECTOR("matrix", "range vector");

  private final String apiName;
  private final String documentedName;

  ValueType(String apiName, String documentedName) {
    this.apiName = apiName;
    this.documentedName = documentedName;
  }

  /// The `resultType` of a response: `scalar`, `string`, `vector` or `matrix`.
  public String apiName() {
    return apiName;
  }

  /// The name in documentation and in error messages: `instant vector`.
  public String documentedName() {
    return documentedName;
  }
}

package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON values as protobuf's.
final class Metadata {

  private Metadata() {}

  static Struct of(Map<?, ?> values) {
    var struct = Struct.newBuilder();
    values.forEach((name, value) -> struct.putFields(String.valueOf(name), value(value)));
    return struct.build();
  }

  private static Value value(@Nullable Object value) {
    return switch (value) {
      case null -> Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
      case Boolean truth -> Value.newBuilder().setBoolValue(truth).build();
      case Number number -> Value.newBuilder().setNumberValue(number.doubleValue()).build();
      case Map<?, ?> map -> Value.newBuilder().setStructValue(of(map)).build();
      case List<?> list -> {
        var values = ListValue.newBuilder();
        list.forEach(each -> values.addValues(value(each)));
        yield Value.newBuilder().setListValue(values).build();
      }
      case Object text -> Value.newBuilder().setStringValue(text.toString()).build();
    };
  }
}

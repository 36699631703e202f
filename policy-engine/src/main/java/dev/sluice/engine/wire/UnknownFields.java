package dev.sluice.engine.wire;

import com.google.protobuf.Message;
import java.util.List;

/// Refuses messages with fields this reader does not know, at any depth.
final class UnknownFields {

  private UnknownFields() {}

  static void refuse(Message message) throws MalformedException {
    var unknown = message.getUnknownFields().asMap();
    if (!unknown.isEmpty()) {
      throw new MalformedException(
          "unknown field "
              + unknown.keySet().iterator().next()
              + " in `"
              + message.getDescriptorForType().getName()
              + "`");
    }
    for (Object value : message.getAllFields().values()) {
      refuseIn(value);
    }
  }

  private static void refuseIn(Object value) throws MalformedException {
    if (value instanceof Message nested) {
      refuse(nested);
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Message nested) {
          refuse(nested);
        }
      }
    }
  }
}

package dev.sluice.verify.planted;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.protobuf.ByteString;
import com.networknt.schema.Schema;
import com.nimbusds.jwt.JWT;
import dev.cel.runtime.CelRuntime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Channel;
import io.netty.buffer.ByteBuf;
import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.core.metrics.Counter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.lsp4j.Hover;
import org.snakeyaml.engine.v2.api.Load;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/// A violation on purpose: every library away from its home, in a package without a null mark.
record EveryForeignApi(
    Level logback,
    YAMLFactory jacksonYaml,
    ByteString protobuf,
    Schema jsonSchema,
    CelRuntime expressions,
    JWT token,
    Channel rpc,
    ByteBuf netty,
    Span trace,
    KubernetesClient cluster,
    Counter metric,
    BouncyCastleProvider crypto,
    Load locatedYaml,
    Yaml plainYaml,
    CommandLine picocli,
    Hover editor,
    ThreadLocal<String> hidden) {

  void report(Exception failure) {
    System.out.println(failure);
    failure.printStackTrace();
  }
}

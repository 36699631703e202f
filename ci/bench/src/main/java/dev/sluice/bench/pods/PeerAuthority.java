package dev.sluice.bench.pods;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.engine.identity.SpiffeId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/// The throw-away authority of a bed as `istio.v1.auth.IstioCertificateService`, so that upstream's
/// ztunnel gets the same kind of certificates as ours, from the same root.
///
/// It certifies whatever it is asked for: it listens on a bridge that only the bed reaches.
final class PeerAuthority implements AutoCloseable {

  private static final int PREFIX = 5;
  private static final int FIELD_CSR = 1;
  private static final int FIELD_CHAIN = 1;
  private static final char[] PASSWORD = "throw-away".toCharArray();

  private final Channel listener;
  private final Path root;

  private PeerAuthority(Channel listener, Path root) {
    this.listener = listener;
    this.root = root;
  }

  /// Starts the service at `host`, with its own TLS certificate in `folder`.
  static PeerAuthority start(
      CertificateAuthority authority, Duration validity, String host, Path folder)
      throws IOException, GeneralSecurityException {
    Path root = folder.resolve("authority-tls.pem");
    SslContext tls = tls(host, folder, root);
    Channel listener =
        new ServerBootstrap()
            .group(Loops.SHARED)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()))
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(new Call(authority, validity)));
                  }
                })
            .bind(host, 0)
            .syncUninterruptibly()
            .channel();
    return new PeerAuthority(listener, root);
  }

  /// A self-signed server certificate for `host`, made by the JDK's tool.
  private static SslContext tls(String host, Path folder, Path root)
      throws IOException, GeneralSecurityException {
    Path store = folder.resolve("authority-tls.p12");
    Shell.run(
        Path.of(System.getProperty("java.home"), "bin", "keytool")
            + " -genkeypair -alias tls -keyalg EC -groupname secp256r1 -validity 30 -dname CN="
            + host
            + " -ext san=ip:"
            + host
            + " -storetype PKCS12 -storepass "
            + new String(PASSWORD)
            + " -keystore "
            + store);
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    var certificate = (X509Certificate) keys.getCertificate("tls");
    Files.writeString(root, pem(certificate));
    return SslContextBuilder.forServer((PrivateKey) keys.getKey("tls", PASSWORD), certificate)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  private static String pem(X509Certificate certificate) throws GeneralSecurityException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /// `https://host:port`.
  String address() {
    var bound = (InetSocketAddress) listener.localAddress();
    return "https://" + bound.getAddress().getHostAddress() + ":" + bound.getPort();
  }

  /// What verifies [#address()].
  Path root() {
    return root;
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
  }

  /// One unary call.
  private static final class Call extends ChannelInitializer<Channel> {
    private final CertificateAuthority authority;
    private final Duration validity;

    Call(CertificateAuthority authority, Duration validity) {
      this.authority = authority;
      this.validity = validity;
    }

    @Override
    protected void initChannel(Channel stream) {
      var request = new ByteArrayOutputStream();
      stream
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message)
                    throws IOException {
                  try {
                    if (message instanceof Http2DataFrame data) {
                      data.content().readBytes(request, data.content().readableBytes());
                      if (data.isEndStream()) {
                        answer(context, chain(request.toByteArray()));
                      }
                    }
                  } finally {
                    ReferenceCountUtil.release(message);
                  }
                }
              });
    }

    private List<String> chain(byte[] framed) throws IOException {
      var in = CodedInputStream.newInstance(framed, PREFIX, framed.length - PREFIX);
      String request = "";
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == FIELD_CSR) {
          request = in.readStringRequireUtf8();
        } else {
          in.skipField(tag);
        }
      }
      return switch (authority.issue(request, identity(request), validity)) {
        case CertificateAuthority.Issued.Certificate issued ->
            List.of(issued.chainPem(), authority.rootsPem());
        case CertificateAuthority.Issued.Refused refused -> throw new IOException(refused.detail());
      };
    }

    private static SpiffeId identity(String request) throws IOException {
      try (var parser = new PEMParser(new StringReader(request))) {
        var names =
            GeneralNames.fromExtensions(
                ((PKCS10CertificationRequest) parser.readObject()).getRequestedExtensions(),
                Extension.subjectAlternativeName);
        String uri = names.getNames()[0].getName().toString();
        return SpiffeId.parsePrincipal(uri.substring("spiffe://".length()))
            .orElseThrow(() -> new IOException("`" + uri + "` is no identity"));
      }
    }

    private static void answer(ChannelHandlerContext context, List<String> chain)
        throws IOException {
      var body = new ByteArrayOutputStream();
      var out = CodedOutputStream.newInstance(body);
      for (String pem : chain) {
        out.writeString(FIELD_CHAIN, pem);
      }
      out.flush();
      ByteBuf framed = Unpooled.buffer().writeByte(0).writeInt(body.size());
      framed.writeBytes(body.toByteArray());
      context.write(
          new DefaultHttp2HeadersFrame(
              new DefaultHttp2Headers().status("200").set("content-type", "application/grpc")));
      context.write(new DefaultHttp2DataFrame(framed));
      context.writeAndFlush(
          new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-status", "0"), true));
    }
  }
}

package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.engine.policy.RequestAuthentication.ClaimHeader;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.OriginalToken;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import java.util.ArrayList;
import java.util.List;

/// Reads a RequestAuthentication whose shape fits the schema.
final class RequestAuthenticationReader {

  private final MeshSettings settings;
  private final Problems problems;

  RequestAuthenticationReader(MeshSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  RequestAuthenticationSyntax read(Metadata metadata, MappingNode root) {
    MappingNode found = root.mapping("spec");
    MappingNode spec = found == null ? new MappingNode(List.of(), metadata.nameSpan()) : found;
    Selection selection = new SelectionReader(settings, problems).read(metadata, spec);
    var rules = new ArrayList<Located<JwtRule>>();
    for (MappingNode rule : Fields.mappings(spec, "jwtRules")) {
      rules.add(new Located<>(rule(rule), Fields.startOf(rule)));
    }
    if (rules.isEmpty()) {
      problems.report(
          Code.EMPTY_LIST,
          Fields.has(spec, "jwtRules") ? Fields.keySpan(spec, "jwtRules") : metadata.nameSpan(),
          new Text(
              "`jwtRules` is empty",
              "Istio installs no check at all then, it does not reject tokens",
              "add a rule, or remove the policy"));
    }
    return new RequestAuthenticationSyntax(metadata, selection, rules);
  }

  private JwtRule rule(MappingNode rule) {
    Span start = Fields.startOf(rule);
    Located<String> issuer = Fields.text(rule, "issuer");
    if (issuer == null || issuer.value().isEmpty()) {
      problems.report(
          Code.NO_ISSUER,
          start,
          new Text(
              "a JWT rule without `issuer`",
              "any issuer that holds the key could speak for every user",
              "name the issuer as it stands in the `iss` claim"));
    }
    refuseUnsupported(rule);
    List<String> audiences = Fields.texts(rule, "audiences").stream().map(Located::value).toList();
    if (audiences.isEmpty()) {
      problems.report(
          Code.NO_AUDIENCE,
          issuer == null ? start : issuer.span(),
          new Text(
              "the rule accepts tokens for any audience",
              "a token that was issued for another service is valid here too",
              "list this service under `audiences`"));
    }
    return new JwtRule(
        issuer == null ? "" : issuer.value(),
        audiences,
        JwksCheck.read(rule, problems),
        locations(rule),
        forwarding(rule));
  }

  private void refuseUnsupported(MappingNode rule) {
    new JwksUris(settings.clusterDomain(), problems).check(rule);
    if (Fields.textOrEmpty(rule, "presence").equals("REQUIRED")) {
      problems.report(
          Code.UNSUPPORTED_FIELD,
          Fields.keySpan(rule, "presence"),
          new Text(
              "`presence: REQUIRED` is not supported",
              "several releases of Istio accept and ignore it",
              "require a token with an AuthorizationPolicy: `requestPrincipals: [\"*\"]`"));
    }
    if (Fields.has(rule, "timeout")) {
      problems.report(
          Code.UNSUPPORTED_FIELD,
          Fields.keySpan(rule, "timeout"),
          new Text(
              "`timeout` has no meaning without `jwksUri`", "nothing is fetched", "remove it"));
    }
  }

  private static List<TokenLocation> locations(MappingNode rule) {
    var locations = new ArrayList<TokenLocation>();
    for (MappingNode header : Fields.mappings(rule, "fromHeaders")) {
      locations.add(
          new TokenLocation.FromHeader(
              Fields.textOrEmpty(header, "name").toLowerCase(java.util.Locale.ROOT),
              Fields.textOrEmpty(header, "prefix")));
    }
    Fields.texts(rule, "fromParams")
        .forEach(name -> locations.add(new TokenLocation.FromParameter(name.value())));
    Fields.texts(rule, "fromCookies")
        .forEach(name -> locations.add(new TokenLocation.FromCookie(name.value())));
    return locations;
  }

  private static Forwarding forwarding(MappingNode rule) {
    return new Forwarding(
        Fields.isTrue(rule, "forwardOriginalToken")
            ? OriginalToken.FORWARDED
            : OriginalToken.STRIPPED,
        Fields.textOrEmpty(rule, "outputPayloadToHeader"),
        Fields.mappings(rule, "outputClaimToHeaders").stream()
            .map(header ->
                new ClaimHeader(
                    Fields.textOrEmpty(header, "header"), Fields.textOrEmpty(header, "claim")))
            .toList(),
        Fields.texts(rule, "spaceDelimitedClaims").stream().map(Located::value).toList());
  }
}

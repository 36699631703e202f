package dev.sluice.compiler.syntax;

/// An object that states policy: one of the four kinds.
public sealed interface PolicyDocument extends Document
    permits AuthorizationPolicySyntax,
        PeerAuthenticationSyntax,
        RequestAuthenticationSyntax,
        HttpRouteSyntax {}

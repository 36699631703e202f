package dev.sluice.verify.node;

import java.util.List;

/// A Service of a bed: a VIP of each family whose port 80 leads to the pods' server.
///
/// @param index its number, from 10 on
public record BedService(String name, int index, List<BedPod> endpoints) {

  public BedService {
    endpoints = List.copyOf(endpoints);
  }

  public String hostname() {
    return name + "." + BedPod.NAMESPACE + ".svc.cluster.local";
  }

  public String vip() {
    return "10.96.0." + index;
  }

  public String vip6() {
    return "fd96::" + Integer.toHexString(index);
  }

  public String url() {
    return "http://" + vip() + "/";
  }

  public String url6() {
    return "http://[" + vip6() + "]/";
  }
}

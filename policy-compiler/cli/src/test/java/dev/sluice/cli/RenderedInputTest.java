package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Helm and Kustomize in front of `sluice check`: what they render is checked, what they read is
/// told from it.
class RenderedInputTest {
  @TempDir Path folder;

  @Test
  void the_output_of_helm_template_is_checked() {
    String rendered =
        "---\n# Source: shop/templates/api.yaml\n"
            + Trees.WORKLOAD
            + "---\n# Source: shop/templates/none.yaml\n---\n# Source: shop/templates/policy.yaml\n"
            + Trees.SOUND;

    Run sound = Setting.plain().withStdin(rendered).run("check", "-");
    Run wrong =
        Setting.plain().withStdin(rendered.replace("principals:", "principal:")).run("check", "-");

    assertThat(sound.code()).as(sound.out()).isZero();
    assertThat(sound.out()).contains("1 file, 2 documents, 1 policy");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.out()).contains("<stdin>:");
  }

  @Test
  void a_chart_is_refused_with_the_advice_to_render_it() throws IOException {
    Path chart = Files.createDirectories(folder.resolve("shop"));
    Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    Files.writeString(chart.resolve("values.yaml"), "callers: &c [web]\nother: *c\n");
    Trees.write(chart.resolve("templates"), "{{ if .Values.on }}\n" + Trees.SOUND + "{{ end }}\n");

    Run run = Run.of("check", chart.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .containsOnlyOnce("error[")
        .contains("error[SLU1014]")
        .contains("helm template")
        .contains("Chart.yaml 1, values 1");
  }

  @Test
  void a_kustomization_that_changes_objects_is_a_warning() throws IOException {
    String tree = Trees.write(folder.resolve("eu"), Trees.WORKLOAD, Trees.SOUND);
    Files.writeString(
        folder.resolve("eu/kustomization.yaml"), "resources: [policies.yaml]\nnamePrefix: eu-\n");

    Run run = Run.of("check", tree, "--output", "json");

    assertThat(run.code()).isZero();
    OutputSchema.assertFits(Schemas.CHECK_OUTPUT, run.json());
    assertThat(run.json().findValuesAsText("code")).containsExactly("SLU1021");
    assertThat(run.json().at("/summary/toolFiles/kustomization").asInt()).isEqualTo(1);
  }

  @Test
  void a_directory_without_anything_to_read_is_no_success_beside_a_good_one() throws IOException {
    String good = Trees.write(folder.resolve("good"), Trees.WORKLOAD, Trees.SOUND);
    Path empty = Files.createDirectory(folder.resolve("empty"));

    Run run = Run.of("check", good, empty.toString(), "--fail-on", "never");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("error[SLU1020]");
  }
}

package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.problem.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlflow-artifacts:/1/run/artifacts",
                "mlflow-artifacts:/",
                "s3://bucket/a b/c",
                "gs://bucket",
                "abfss://container@account/path",
                "hdfs://name:9000/x",
                "hdfs:/x",
                "dbfs:/databricks/mlflow",
                "sftp://user@host/x",
                "ftp://host/x"
            })
    void whatIsInTheStoreOrInObjectStorageMayBe(String location) {
        assertThatCode(() -> Locations.check(Locations.SOURCE, location)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "relative/path",
                "file:///etc/passwd",
                "FILE:/etc",
                "file:etc",
                "file+x:///a",
                "local:///a",
                "http://169.254.169.254/latest",
                "s3://key:secret@bucket/x",
                "sftp://user:password@host/x",
                "https://example.com/a",
                "jar:file:///a!/b",
                "javascript:alert(1)",
                "runs:/abc/model",
                "models:/a",
                "C:\\windows",
                "C:/windows",
                "\\\\host\\share",
                "s3:/bucket",
                "s3:bucket",
                "s3://bucket/../other",
                "s3://bucket/..",
                "s3://bucket/%2e%2e/x",
                "s3://bucket/a#b",
                "s3://bucket/a?b=..",
                "s3://bucket/a;b",
                "s3://bucket/a\\b",
                "s3://bucket/a\u0000b",
                "s3://bucket/a\nb",
                "mlflow-artifacts:/../x",
                "mlflow-artifacts:/a/../../x",
                "mlflow-artifacts:/a/%2e%2e/x",
                "mlflow-artifacts:/a/%252e%252e/x",
                "mlflow-artifacts:x",
                "mlflow-artifacts://host/a/../b",
                "mlflow-artifacts:/a\tb",
                "mlflow-artifacts:/a\\b"
            })
    void nothingElseMay(String location) {
        assertThatThrownBy(() -> Locations.check(Locations.SOURCE, location)).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a b/c                       | a b/c
            a%20b                       | a b
            a%2520b                     | a b
            a%2Fb                       | a/b
            100%                        | 100%
            a%zz                        | a%zz
            a%C3%A4                     | aä
            c:d.txt                     | c:d.txt
            img%step%0%time%1795%5Cef97 | img%step%0%time%1795%5Cef97
            """)
    void namesAreKeptAsClientsFindThemAgain(String sent, String kept) {
        assertThat(Locations.checked(sent).value()).isEqualTo(kept);
    }

    @Test
    void tabsAndLineEndsAreDroppedAsClientsDropThem() {
        assertThat(Locations.checked("a\tb\r\n").value()).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%2e%2e/x",
                "..%2fx",
                "a/%2e%2e/x",
                "%252e%252e/x",
                "%2fetc",
                "a%5c..%5cx",
                "a\\b",
                "a%00b",
                "a#b",
                "a%23b",
                "C:/x",
                "a/./b",
                ".\t./x"
            })
    void noNameLeadsElsewhere(String path) {
        assertThatThrownBy(() -> Locations.checked(path)).isInstanceOf(Refused.class);
    }
}

// Lit un fichier de composition comme le fait « docker compose config » : schéma, variables,
// cohérence. Imprime le projet en JSON; sort 1 en disant ce qui ne va pas.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := lire(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func lire(fichiers []string) error {
	options, err := cli.NewProjectOptions(
		fichiers, cli.WithName("sbg"), cli.WithOsEnv, cli.WithEnvFiles(), cli.WithDotEnv,
	)
	if err != nil {
		return err
	}
	projet, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	json, err := projet.MarshalJSON()
	if err != nil {
		return err
	}
	fmt.Println(string(json))
	return nil
}

package handlers_test
import ("testing";"context";"time";"twodoors/handlers/labs";"os/exec";"os")
func TestZZTry(t *testing.T){
 ctx,cancel:=context.WithTimeout(t.Context(),60*time.Second);defer cancel()
 args:=[]string{"--headless=new","--no-sandbox","--user-data-dir="+t.TempDir()}
 if os.Getenv("INCOG")!=""{args=append(args,"--incognito")}
 var cmd *exec.Cmd
 rs:=sandboxEngine(nil).Browse(ctx,labs.Browsing{Host:"127.0.0.1",Ready:func(a string){cmd=exec.Command("chromium",append(args,a)...);cmd.Start()}})
 cmd.Process.Kill()
 for _,r:=range rs{ t.Log(r.Claim.ID,r.Verdict,r.AsExpected(),r.Problem); if r.Claim.ID=="other-domain"{for _,m:=range r.Measured{t.Log(m.ID,m.Text())}}}
}
